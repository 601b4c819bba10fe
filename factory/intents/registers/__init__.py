"""The same intent as different people would put it: a file per manner of speaking."""

from factory.intents.registers.said import Said
from factory.intents.registers.speak import REGISTERS, speak

__all__ = ["REGISTERS", "Said", "speak"]
