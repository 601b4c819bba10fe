"""A finished run, proven again."""

from factory.audit.run import Audited as Audited
from factory.audit.run import audit as audit
