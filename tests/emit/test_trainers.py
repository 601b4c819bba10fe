"""TRL's own data preparation and one training step on an emitted run; a tiny random model, no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from factory.emit import Writer

# Trainers warn about their own parts; what they deprecate among themselves is not ours to mend.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
pytest.importorskip("trl", reason="needs `pip install --group trainers`")

TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>"
    "{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|end|>{% endgeneration %}"
    "{% else %}{{ m.content }}<|end|>{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


@pytest.fixture
def out(tmp_path: Path, make_example: Any, run: Any) -> Path:
    with Writer(tmp_path / "run") as writer:
        for number in range(4):
            writer.write(make_example(number, raises=number > 1, faults=1 + number % 2), "train")
        return writer.finish(run)


@pytest.fixture
def tokenizer(make_example: Any) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    special = ["<pad>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    learner = trainers.BpeTrainer(
        vocab_size=600, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    words.train_from_iterator([m["content"] for m in make_example().messages], learner)
    fast = PreTrainedTokenizerFast(tokenizer_object=words, pad_token="<pad>", eos_token="<|end|>")
    fast.chat_template = TEMPLATE
    return fast


@pytest.fixture
def model(tokenizer: Any, tmp_path: Path) -> str:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    tiny = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=2048,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
            bos_token_id=None,
        )
    )
    tiny.save_pretrained(tmp_path / "model")
    return str(tmp_path / "model")


def load(out: Path, form: str, tmp_path: Path) -> Any:
    from datasets import load_dataset

    return load_dataset(str(out), f"error_correction_{form}", split="train", cache_dir=str(tmp_path / "cache"))


def test_trl_sft_trains_on_every_answer_and_nothing_else(out, tmp_path, tokenizer, model):
    from trl import SFTConfig, SFTTrainer

    data = load(out, "sft", tmp_path)
    args = SFTConfig(
        output_dir=str(tmp_path / "sft"),
        max_length=2048,
        assistant_only_loss=True,
        per_device_train_batch_size=2,
        max_steps=1,
        use_cpu=True,
        bf16=False,
        report_to="none",
        save_strategy="no",
    )
    trainer = SFTTrainer(model=model, args=args, train_dataset=data, processing_class=tokenizer)
    for record, prepared in zip(data, trainer.train_dataset, strict=True):
        whole = tokenizer.decode(prepared["input_ids"])
        assert all(message["content"] in whole for message in record["messages"])
        learnt = [label for label in prepared["labels"] if label != -100]
        answers = [m["content"] + "<|end|>" for m in record["messages"] if m["role"] == "assistant"]
        assert tokenizer.decode(learnt) == "".join(answers)
    assert trainer.train().training_loss > 0


def test_trl_dpo_prepares_prompt_chosen_and_rejected(out, tmp_path, tokenizer, model):
    from trl import DPOConfig, DPOTrainer

    data = load(out, "dpo", tmp_path)
    args = DPOConfig(
        output_dir=str(tmp_path / "dpo"),
        max_length=2048,
        per_device_train_batch_size=2,
        max_steps=1,
        use_cpu=True,
        bf16=False,
        report_to="none",
        save_strategy="no",
    )
    trainer = DPOTrainer(model=model, args=args, train_dataset=data, processing_class=tokenizer)
    for record, prepared in zip(data, trainer.train_dataset, strict=True):
        prompt = tokenizer.decode(prepared["prompt_ids"])
        assert all(message["content"] in prompt for message in record["prompt"])
        assert record["chosen"][0]["content"] in tokenizer.decode(prepared["chosen_ids"])
        assert record["rejected"][0]["content"] in tokenizer.decode(prepared["rejected_ids"])
    assert trainer.train().training_loss > 0


@pytest.mark.parametrize("form", ["sft", "dpo"])
def test_the_shape_that_axolotl_and_trl_look_for(out, tmp_path, form):
    """axolotl isn't run here: this holds the records to what its chat_template strategies read."""
    record = load(out, form, tmp_path)[0]
    kinds = {"prompt", "chosen", "rejected", "completion", "messages", "label", "image", "images"} & record.keys()
    assert kinds == ({"messages"} if form == "sft" else {"prompt", "chosen", "rejected"})
    for name in kinds:
        assert all(message.keys() == {"role", "content"} for message in record[name])
    if form == "dpo":
        assert record["prompt"][-1]["role"] == "user"
        assert [m["role"] for m in (*record["chosen"], *record["rejected"])] == ["assistant", "assistant"]
