using System.Runtime.InteropServices;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Tests;

public sealed class OutOfMemoryTests
{
    public OutOfMemoryTests() => LeVoRuntime.EnsureTorch();

    [Fact]
    public void AnAllocationThatFailsIsExplained()
    {
        var error = Assert.Throws<LeVoOutOfMemoryException>(() =>
            OutOfMemory.Explained(CPU, () => "Use less.", () => empty(1L << 50, dtype: float32)));
        Assert.Equal(1L << 52, error.NeededBytes);
        Assert.InRange(error.FreeBytes ?? 0, 1, 1L << 50);
        Assert.Equal("cpu", error.Device);
        Assert.EndsWith("Use less.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.50 GiB. GPU 1 has a total capacity of 79.11 GiB of which 17.50 MiB is free. "
        + "Including non-PyTorch memory, this process has 79.08 GiB memory in use.", 2_684_354_560L, 18_350_080L)]
    [InlineData("CUDA error: out of memory", null, null)]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", null, null)]
    public void TextsOfAGpuAreUnderstood(string text, long? needed, long? free)
    {
        LeVoOutOfMemoryException? error = OutOfMemory.Explain(new ExternalException(text), META, () => "");
        Assert.Equal((needed, free, "meta"), (error?.NeededBytes, error?.FreeBytes, error?.Device));
    }

    [Fact]
    public void OtherErrorsAreNotExplained()
    {
        Assert.Null(OutOfMemory.Explain(new ExternalException("mat1 and mat2 shapes cannot be multiplied"), CPU, () => ""));
        Assert.Null(OutOfMemory.Explain(new InvalidOperationException("out of memory"), CPU, () => ""));
        using Tensor a = ones(2, 3), b = ones(2, 3);
        Assert.Throws<ExternalException>(() => OutOfMemory.Explained(CPU, () => "", () => a.mm(b)));
    }
}
