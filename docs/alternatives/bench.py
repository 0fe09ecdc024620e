"""What `./rlhf4j bench` times, done by Python libraries, to be run beside it in the same minutes.

    python bench.py [train] [sft] [reward] [dpo] [generate] [--vocabulary 8192]

The same sizes: a GPT-2 type model of 6 layers, 384 wide, 6 heads, in bfloat16 on two threads; random
tokens; medians. Needs torch, transformers and trl (docs/performance.md says which versions it was
run with). rlhf4j itself needs none of this.
"""

import argparse
import os
import statistics
import time

os.environ["CUDA_VISIBLE_DEVICES"] = ""

import torch
from torch import nn
from torch.nn import functional as F

LAYERS, WIDTH, HEADS, BATCH, LENGTH = 6, 384, 6, 8, 256
PROMPT, NEW_TOKENS, ROWS = 64, 128, 32


class Layer(nn.Module):
    """Attention by plain matrix products: on a CPU its backward pass is faster than the fused one's."""

    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.register_buffer("later", torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1))

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, t, 3, HEADS, c // HEADS).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-2, -1) / (c // HEADS) ** 0.5
        weights = scores.masked_fill(self.later[:t, :t], float("-inf")).softmax(-1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(b, t, c))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Model(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, WIDTH), nn.Embedding(LENGTH, WIDTH)
        self.layers = nn.Sequential(*(Layer() for _ in range(LAYERS)))
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, ids, targets):
        x = self.layers(self.tokens(ids) + self.positions(torch.arange(ids.shape[1])))
        logits = F.linear(self.norm(x), self.tokens.weight)
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))


def train(vocabulary):
    """A training step in plain PyTorch: bfloat16 autocast, AdamW, clipping."""
    ids, targets = (torch.randint(vocabulary, (BATCH, LENGTH)) for _ in range(2))
    for name in ("eager", "compiled"):
        plain = Model(vocabulary)
        model = torch.compile(plain) if name == "compiled" else plain
        optimizer = torch.optim.AdamW(plain.parameters(), 1e-4, betas=(0.9, 0.95))
        seconds = []
        for _ in range(12):
            start = time.perf_counter()
            with torch.autocast("cpu", torch.bfloat16):
                loss = model(ids, targets)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(plain.parameters(), 1.0)
            optimizer.step()
            seconds.append(time.perf_counter() - start)
        say(f"training step, PyTorch {name}", statistics.median(seconds[3:]), BATCH * LENGTH)


def config(vocabulary, positions):
    from transformers import GPT2Config

    return GPT2Config(
        vocab_size=vocabulary,
        n_embd=WIDTH,
        n_layer=LAYERS,
        n_head=HEADS,
        n_positions=positions,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
        num_labels=1,
    )


def tokenizer():
    """TRL asks for one; the tokens are made here."""
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(models.WordLevel({"<pad>": 0, "a": 1}, unk_token="<pad>"))
    return PreTrainedTokenizerFast(tokenizer_object=words, pad_token="<pad>", eos_token="<pad>")


def trl(work, vocabulary, steps=12):
    """A step of one of TRL's trainers, as its callbacks time it."""
    import trl as library
    from datasets import Dataset
    from transformers import GPT2ForSequenceClassification, GPT2LMHeadModel, TrainerCallback

    seconds = []

    class Clock(TrainerCallback):
        def on_step_begin(self, *_, **__):
            self.start = time.perf_counter()

        def on_step_end(self, *_, **__):
            seconds.append(time.perf_counter() - self.start)

    def ids(count):
        return torch.randint(1, vocabulary, (count,)).tolist()

    pairs = [(ids(LENGTH // 2), ids(LENGTH // 2), ids(LENGTH // 2)) for _ in range(BATCH * steps)]
    arguments = dict(
        output_dir="trl-bench",
        per_device_train_batch_size=BATCH,
        max_steps=steps,
        bf16=True,
        use_cpu=True,
        max_length=LENGTH,
        gradient_checkpointing=False,
        logging_steps=1000,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
    )
    rest = dict(processing_class=tokenizer(), callbacks=[Clock()])
    rows = dict(prompt=["a"] * len(pairs), chosen=["a"] * len(pairs), rejected=["a"] * len(pairs))
    if work == "sft":
        data = Dataset.from_dict({"input_ids": [ids(LENGTH) for _ in pairs]})
        arguments["dataset_kwargs"] = {"skip_prepare_dataset": True}
        trainer = library.SFTTrainer(
            model=GPT2LMHeadModel(config(vocabulary, LENGTH)),
            args=library.SFTConfig(**arguments),
            train_dataset=data,
            **rest,
        )
        name, tokens = "training step, TRL SFTTrainer", BATCH * LENGTH
    elif work == "reward":
        rows["chosen_ids"] = [prompt + chosen for prompt, chosen, _ in pairs]
        rows["rejected_ids"] = [prompt + rejected for prompt, _, rejected in pairs]
        library.RewardTrainer._prepare_dataset = lambda self, dataset, *_, **__: dataset
        trainer = library.RewardTrainer(
            model=GPT2ForSequenceClassification(config(vocabulary, LENGTH)),
            args=library.RewardConfig(**arguments),
            train_dataset=Dataset.from_dict(rows),
            **rest,
        )
        name, tokens = "reward-model step, TRL RewardTrainer", 2 * BATCH * LENGTH
    else:
        for key, part in zip(("prompt_ids", "chosen_ids", "rejected_ids"), zip(*pairs)):
            rows[key] = list(part)
        library.DPOTrainer._prepare_dataset = lambda self, dataset, *_, **__: dataset
        trainer = library.DPOTrainer(
            model=GPT2LMHeadModel(config(vocabulary, LENGTH)),
            ref_model=GPT2LMHeadModel(config(vocabulary, LENGTH)),
            args=library.DPOConfig(**arguments),
            train_dataset=Dataset.from_dict(rows),
            **rest,
        )
        name, tokens = "DPO step, TRL DPOTrainer", 2 * BATCH * LENGTH
    trainer.train()
    say(name, statistics.median(seconds[2:]), tokens)


def generate(vocabulary):
    """Sampling by transformers, its prompts read within the time that is taken."""
    from transformers import GPT2LMHeadModel

    shape = config(vocabulary, PROMPT + NEW_TOKENS)
    shape.eos_token_id = None
    model = GPT2LMHeadModel(shape).to(torch.bfloat16).eval()
    forward = model.forward
    for name, cache in (("eager", None), ("compiled, static cache", "static")):
        model.forward = torch.compile(forward, dynamic=False) if cache else forward
        for rows in (1, ROWS):
            prompts = torch.randint(vocabulary, (rows, PROMPT))
            with torch.no_grad():
                whole = timed(
                    lambda: model.generate(
                        prompts,
                        do_sample=True,
                        min_new_tokens=NEW_TOKENS,
                        max_new_tokens=NEW_TOKENS,
                        cache_implementation=cache,
                    )
                )
                say(f"generation, {rows} rows, transformers {name}", whole, rows * NEW_TOKENS)
                prefill = timed(lambda: model(prompts, logits_to_keep=1))
                say(f"prefill, {rows} rows, transformers {name}", prefill, rows * PROMPT)


def timed(work):
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[2:])


def say(name, seconds, tokens):
    print(f"{name:50s} {1e3 * seconds:8.1f} ms, {tokens / seconds:.0f} tokens/s", flush=True)


def main():
    works = ("train", "sft", "reward", "dpo", "generate")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", nargs="*", metavar="work", help=f"{', '.join(works)}; default: all")
    parser.add_argument("--vocabulary", type=int, default=8192)
    arguments = parser.parse_args()
    for work in arguments.work:
        if work not in works:
            parser.error(f"work must be one of {', '.join(works)}, was '{work}'")
    torch.set_num_threads(2)
    for work in arguments.work or works:
        torch.manual_seed(1)
        if work == "train":
            train(arguments.vocabulary)
        elif work == "generate":
            generate(arguments.vocabulary)
        else:
            trl(work, arguments.vocabulary)


if __name__ == "__main__":
    main()
