"""How other software finds the records: the card's YAML, LLaMA-Factory's dataset_info.json, snippets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from factory.record_schema import FORMS, Form, RecordSchema
from factory.split import SPLITS
from factory.tally import Tally

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "system_tag": "system",
}


def front_matter(dialect: str, tallies: Mapping[str, Tally], schemas: Mapping[tuple[str, Form], RecordSchema]) -> str:
    """The YAML head of README.md. A split or config without records is left out: it could not be loaded."""
    configs: list[dict[str, Any]] = []
    infos: list[dict[str, Any]] = []
    total = 0
    for recipe, tally in tallies.items():
        for form in FORMS:
            filled = [split for split in SPLITS if tally.rows[form, split]]
            if not filled:
                continue
            name = f"{recipe}_{form}"
            files = [{"split": split, "path": f"{recipe}/{form}/{split}.jsonl"} for split in filled]
            configs.append({"config_name": name, "data_files": files})
            infos.append({"config_name": name, "features": schemas[recipe, form].features()})
            total += sum(tally.rows[form, split] for split in filled)
    if configs:
        configs[0]["default"] = True
    head: dict[str, Any] = {
        "pretty_name": f"Text-to-SQL: {', '.join(tallies)}",
        "license": "other",
        "license_name": "set-before-publishing",
        "language": ["en"],
        "task_categories": ["text-generation"],
        "tags": ["text-to-sql", "sql", dialect, "synthetic", "sft", "dpo"],
        "size_categories": [next((name for limit, name in _SIZES if total < limit), "n>10M")],
        "configs": configs,
        "dataset_info": infos,
    }
    return f"---\n{yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=120)}---\n"


def llamafactory(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    """dataset_info.json: the SFT files. Its preference data needs dicts where TRL has lists; the card says how."""
    entries: dict[str, Any] = {}
    for recipe, tally in tallies.items():
        for split in SPLITS:
            if tally.rows["sft", split]:
                name = f"{recipe}_sft" if split == "train" else f"{recipe}_sft_{split}"
                entries[name] = {
                    "file_name": f"{recipe}/sft/{split}.jsonl",
                    "formatting": "sharegpt",
                    "columns": {"messages": "messages"},
                    "tags": _TAGS,
                }
    return entries


def snippets(recipe: str, tally: Tally) -> str:
    """Markdown: the records of a recipe in `datasets` and three trainers. `RUN` stands for the folder."""
    split = next((s for s in SPLITS if tally.rows["sft", s]), "train")
    # No tokenizer in use needs a token for less than two characters on average; a limit too high costs nothing.
    length = 1024 * max(1, -(-tally.longest // (2 * 1024)))
    parts = [_SFT]
    if any(tally.rows["dpo", s] for s in SPLITS):
        parts.append(_DPO)
    text = "\n".join(parts)
    for placeholder, value in (
        ("<recipe>", recipe),
        ("<split>", split),
        ("<longest>", f"{tally.longest:,}"),
        ("<length>", str(length)),
    ):
        text = text.replace(placeholder, value)
    return text


_SFT = """\
`RUN` is this folder, or the dataset's name on the Hub.

The longest conversation has <longest> characters. TRL cuts at 1,024 tokens unless told otherwise, and what it cuts is
the end, the answer. The limits below are safe upper bounds for this run.

```python
from datasets import load_dataset
from trl import SFTConfig, SFTTrainer

sft = load_dataset("RUN", "<recipe>_sft")
trainer = SFTTrainer(
    model="Qwen/Qwen3-0.6B",
    args=SFTConfig(max_length=<length>, assistant_only_loss=True),
    train_dataset=sft["<split>"],
)
```

axolotl:

```yaml
datasets:
  - path: RUN/<recipe>/sft/<split>.jsonl
    ds_type: json
    type: chat_template
    field_messages: messages
sequence_len: <length>
```

LLaMA-Factory reads `dataset_info.json` of this folder:

```yaml
dataset_dir: RUN
dataset: <recipe>_sft
cutoff_len: <length>
```
"""

_DPO = """\
### Preference pairs

```python
from datasets import load_dataset
from trl import DPOConfig, DPOTrainer

dpo = load_dataset("RUN", "<recipe>_dpo")
trainer = DPOTrainer(
    model="Qwen/Qwen3-0.6B",
    args=DPOConfig(max_length=<length>),
    train_dataset=dpo["<split>"],
)
```

axolotl:

```yaml
rl: dpo
datasets:
  - path: RUN/<recipe>/dpo/<split>.jsonl
    ds_type: json
    split: train
    type: chat_template.default
    field_messages: prompt
    field_chosen: chosen
    field_rejected: rejected
```

LLaMA-Factory wants one message, not a list, in `chosen` and `rejected`, so it needs a copy of the file:

```python
from datasets import load_dataset

pairs = load_dataset("RUN", "<recipe>_dpo", split="<split>")
pairs = pairs.select_columns(["prompt", "chosen", "rejected"])
pairs.map(lambda row: {"chosen": row["chosen"][0], "rejected": row["rejected"][0]}).to_json("pairs.jsonl")
```

and, beside that copy, a `dataset_info.json`:

```json
{
  "<recipe>_dpo": {
    "file_name": "pairs.jsonl",
    "formatting": "sharegpt",
    "ranking": true,
    "columns": {"messages": "prompt", "chosen": "chosen", "rejected": "rejected"},
    "tags": {
      "role_tag": "role", "content_tag": "content",
      "user_tag": "user", "assistant_tag": "assistant", "system_tag": "system"
    }
  }
}
```
"""
