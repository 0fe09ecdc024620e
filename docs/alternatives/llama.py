"""One row of generation by llama.cpp, to be run beside `./rlhf4j bench generate`.

    npm install --ignore-scripts node-llama-cpp
    python llama.py node_modules/@node-llama-cpp/linux-x64/bins/linux-x64

The folder is one that holds llama.cpp's shared libraries; that package is one way to get them built.
A GPT-2 type model of 6 layers, 384 wide, 6 heads, vocabulary 8192, random weights in float32 as
llama.cpp is usually given a small model, on one thread and on two; 64 prompt tokens, then 127 one by
one. Tokens are random and none is sampled: only llama_decode is timed. Medians. Python 3 suffices.
"""

import array
import ctypes
import glob
import os
import random
import statistics
import struct
import sys
import tempfile
import time

LAYERS, WIDTH, HEADS, VOCABULARY, POSITIONS = 6, 384, 6, 8192, 256
PROMPT, NEW_TOKENS, ROUNDS = 64, 128, 12
U32, F32, STRING, ARRAY = 4, 6, 8, 9  # types of GGUF's metadata


def string(text):
    return struct.pack("<Q", len(text)) + text.encode()


def strings(texts):
    return struct.pack("<IQ", STRING, len(texts)) + b"".join(map(string, texts))


def entry(key, kind, value):
    return string(key) + struct.pack("<I", kind) + value


def shapes():
    """Names and sizes, the fastest dimension first."""
    yield "token_embd.weight", (WIDTH, VOCABULARY)
    yield "position_embd.weight", (WIDTH, POSITIONS)
    for at in range(LAYERS):
        for name, inner, outer in (
            ("attn_qkv", WIDTH, 3 * WIDTH),
            ("attn_output", WIDTH, WIDTH),
            ("ffn_up", WIDTH, 4 * WIDTH),
            ("ffn_down", 4 * WIDTH, WIDTH),
        ):
            yield f"blk.{at}.{name}.weight", (inner, outer)
            yield f"blk.{at}.{name}.bias", (outer,)
        for name in ("attn_norm", "ffn_norm"):
            yield f"blk.{at}.{name}.weight", (WIDTH,)
            yield f"blk.{at}.{name}.bias", (WIDTH,)
    yield "output_norm.weight", (WIDTH,)
    yield "output_norm.bias", (WIDTH,)


def write(path):
    """A model file as llama.cpp reads it: GGUF, version 3."""
    numbers = {
        "context_length": POSITIONS,
        "embedding_length": WIDTH,
        "feed_forward_length": 4 * WIDTH,
        "block_count": LAYERS,
        "attention.head_count": HEADS,
    }
    entries = [entry("general.architecture", STRING, string("gpt2"))]
    entries += [entry(f"gpt2.{k}", U32, struct.pack("<I", v)) for k, v in numbers.items()]
    entries += [
        entry("gpt2.attention.layer_norm_epsilon", F32, struct.pack("<f", 1e-5)),
        entry("tokenizer.ggml.model", STRING, string("gpt2")),
        entry("tokenizer.ggml.tokens", ARRAY, strings([f"w{i}" for i in range(VOCABULARY)])),
        entry("tokenizer.ggml.merges", ARRAY, strings(["w 0"])),
        entry("tokenizer.ggml.eos_token_id", U32, struct.pack("<I", 0)),
    ]
    infos, data, offset = [], [], 0
    for name, shape in shapes():
        size = 1
        for n in shape:
            size *= n
        infos.append(string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, offset))
        gain = name.endswith("norm.weight")
        data.append(array.array("f", (1 if gain else 0.07 * (random.random() - 0.5) for _ in range(size))))
        offset += 4 * size  # a multiple of 32 for all of these
    head = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(entries)) + b"".join(entries + infos)
    with open(path, "wb") as file:
        file.write(head + bytes(-len(head) % 32))
        for values in data:
            values.tofile(file)


class Parameters(ctypes.Structure):
    """Room for llama.cpp's own, which go in and out as they are."""

    _fields_ = [("bytes", ctypes.c_uint8 * 512)]


class Batch(ctypes.Structure):
    _fields_ = [("tokens", ctypes.c_int32), ("pointers", ctypes.c_void_p * 6)]


def library(folder):
    def load(name):
        return ctypes.CDLL(glob.glob(os.path.join(folder, name))[0], ctypes.RTLD_GLOBAL)

    load("libggml-base.so*")
    ggml = load("libggml.*so*")
    llama = load("libllama.*so*")
    backends = ggml.ggml_backend_load_all_from_path
    backends.argtypes = [ctypes.c_char_p]
    backends(os.path.abspath(folder).encode())
    pointer, i32 = ctypes.c_void_p, ctypes.c_int32
    for name, result, arguments in (
        ("llama_model_default_params", Parameters, []),
        ("llama_context_default_params", Parameters, []),
        ("llama_model_load_from_file", pointer, [ctypes.c_char_p, Parameters]),
        ("llama_init_from_model", pointer, [pointer, Parameters]),
        ("llama_set_n_threads", None, [pointer, i32, i32]),
        ("llama_get_memory", pointer, [pointer]),
        ("llama_memory_clear", None, [pointer, ctypes.c_bool]),
        ("llama_batch_get_one", Batch, [pointer, i32]),
        ("llama_decode", i32, [pointer, Batch]),
    ):
        function = getattr(llama, name)
        function.restype, function.argtypes = result, arguments
    return llama


def decode(llama, context, count):
    tokens = (ctypes.c_int32 * count)(*(random.randrange(1, VOCABULARY) for _ in range(count)))
    if llama.llama_decode(context, llama.llama_batch_get_one(tokens, count)) != 0:
        raise SystemExit("llama_decode failed")


def main(folder):
    llama = library(folder)
    quiet = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(lambda *_: None)
    llama.llama_log_set(quiet, None)
    llama.llama_backend_init()
    with tempfile.TemporaryDirectory() as temporary:
        path = os.path.join(temporary, "model.gguf")
        write(path)
        model = llama.llama_model_load_from_file(path.encode(), llama.llama_model_default_params())
        context = llama.llama_init_from_model(model, llama.llama_context_default_params())
    for threads in (1, 2):
        llama.llama_set_n_threads(context, threads, threads)
        prefill, rest = [], []
        for _ in range(ROUNDS):
            llama.llama_memory_clear(llama.llama_get_memory(context), True)
            start = time.perf_counter()
            decode(llama, context, PROMPT)
            read = time.perf_counter()
            for _ in range(NEW_TOKENS - 1):
                decode(llama, context, 1)
            prefill.append(read - start)
            rest.append(time.perf_counter() - read)
        first, after = statistics.median(prefill[2:]), statistics.median(rest[2:])
        print(
            f"generation, 1 row, llama.cpp float32, {threads} threads:"
            f" {NEW_TOKENS / (first + after):.0f} tokens/s"
            f" (prefill {1000 * first:.1f} ms, decode {1000 * after:.1f} ms)",
            flush=True,
        )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
