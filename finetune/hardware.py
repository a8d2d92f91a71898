"""What this machine can do: number formats that are quick, optimizers that exist."""

from __future__ import annotations

from typing import TypeVar

import psutil
import torch

Model = TypeVar("Model", bound=torch.nn.Module)

FALLBACK_OPTIMIZER = "adamw_torch_fused"


def has_fast_bf16() -> bool:
    """Whether matrix products in bfloat16 are quick on this machine."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def has_amx() -> bool:
    """Whether this machine multiplies tiles of bfloat16 (Intel's AMX), and has no GPU."""
    return not torch.cuda.is_available() and bool(torch.cpu._is_amx_tile_supported())


def precision(wanted: str) -> torch.dtype:
    """The number format of matrix products.

    Args:
        wanted: "fp32", "fp16", "bf16", or "auto": bf16 where it is quick, fp16 on GPUs without
            it, else fp32.

    Raises:
        ValueError: fp16 without a GPU, on which gradients need it to be scaled.
    """
    gpu = torch.cuda.is_available()
    if wanted == "auto":
        if has_fast_bf16():
            return torch.bfloat16
        return torch.float16 if gpu else torch.float32
    if wanted == "fp16" and not gpu:
        raise ValueError("train.precision: fp16 needs a GPU; take auto, bf16 or fp32.")
    return {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}[wanted]


def optimizer(wanted: str) -> tuple[str, str]:
    """The optimizer to use, and a sentence if it is not the one wanted.

    Optimizers with 8-bit states and paged ones come from bitsandbytes and run on GPUs alone:
    their states are allocated, paged and updated by its CUDA kernels.

    Args:
        wanted: a name of transformers' `OptimizerNames`.
    """
    gpu_only = wanted.startswith("paged_") or "8bit" in wanted
    if gpu_only and not torch.cuda.is_available():
        return FALLBACK_OPTIMIZER, (
            f"The optimizer {wanted} needs a GPU; {FALLBACK_OPTIMIZER} is used, "
            "with 8 bytes of state for each trainable parameter."
        )
    return wanted, ""


def plain_four_bits(model: Model) -> Model:
    """The same model, whose layers in four bits keep their weights as bitsandbytes stores them.

    On processors with AVX-512 bf16 a forward pass without gradients, such as an evaluation between
    two steps, packs the weights anew for a quick product. No gradient passes back through that one,
    so that nothing below would learn afterwards, and it fails on layers whose columns are no
    multiple of 64, or whose rows are none of 32 (bitsandbytes 0.50.2, `Linear4bit.forward`).
    """
    if not getattr(model, "is_loaded_in_4bit", False):
        return model
    from bitsandbytes.nn import Linear4bit  # seconds to load, and not needed by anybody else

    for module in model.modules():
        if isinstance(module, Linear4bit):
            module.support_avx512bf16_for_cpu = False
    return model


def held_mib() -> float:
    """Memory held now: the GPU's allocations, or this process's resident set (MiB)."""
    if torch.cuda.is_available():
        return float(torch.cuda.memory_allocated() / 2**20)
    return float(psutil.Process().memory_info().rss / 2**20)


def peak_mib() -> float:
    """The most memory held so far: the GPU's allocations, or this process's resident set (MiB)."""
    if torch.cuda.is_available():
        return float(torch.cuda.max_memory_allocated() / 2**20)
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
