using LeVo.Alignment.Policy;
using LeVo.Core;
using LeVo.Core.Runtime;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Policy;

public sealed class TrainingSetupTests
{
    [Theory]
    [InlineData("cpu", null, ModelPrecision.Float32)]
    [InlineData("cuda", null, ModelPrecision.BFloat16)]
    [InlineData("cuda:1", null, ModelPrecision.BFloat16)]
    [InlineData("cuda", ModelPrecision.Float32, ModelPrecision.Float32)]
    public void ThePrecisionDependsOnTheDevice(string device, ModelPrecision? precision, ModelPrecision expected) =>
        Assert.Equal(expected, new TrainingSetup { Device = device, Precision = precision }.EffectivePrecision);

    [Theory]
    [InlineData("cuda:99")]
    [InlineData("gpu")]
    public void AnAbsentDeviceIsNamed(string device)
    {
        using var tiny = new TinyTraining();
        var error = Assert.Throws<LeVoRuntimeException>(() => tiny.Open(LeLmStage.Joint, setup: new() { Device = device }));
        Assert.Contains($"'{device}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Float32IsNotRoundedUnlessItIsAllowed()
    {
        LeVoRuntime.EnsureTorch();
        Assert.False(backends.cudnn.allow_tf32);
        LeVoRuntime.AllowTensorFloat32 = true;
        try
        {
            Assert.True(backends.cudnn.allow_tf32 && backends.cuda.matmul.allow_tf32);
        }
        finally
        {
            LeVoRuntime.AllowTensorFloat32 = false;
        }
        Assert.False(backends.cudnn.allow_tf32 || backends.cuda.matmul.allow_tf32);
    }
}
