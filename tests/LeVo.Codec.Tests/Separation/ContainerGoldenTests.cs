using LeVo.Codec.Loading;
using LeVo.Codec.Model;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Separation;

/// <summary>The released forms of the file: with settings and 16-bit weights, and tensors alone.</summary>
[Trait("Category", "Golden")]
public sealed class ContainerGoldenTests
{
    public static TheoryData<string> Files => CodecGolden.Files("09_container");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void BothFormsLoad(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        using var scope = NewDisposeScope();
        DemucsConfig config = DemucsFixture.Config(golden.Config["model"]!.AsObject());
        Assert.Equal((int)golden.Config["tensors"]!, new DemucsTensors(config).All.Count);
        Assert.Equal((long)golden.Config["params"]!, new DemucsTensors(config).All.Sum(tensor => tensor.Count));
        Tensor wave = GoldenInputs.WaveTensor((string)golden.Config["wave"]!, (int)golden.Config["samples"]!, 2, 0.8, 480);
        string stem = Path.ChangeExtension(Golden.Full(path), null);
        using (SeparatorFile file = SeparatorFile.Open(stem + ".th", CPU))
        {
            Assert.Equivalent(config, file.Config);
            Check("half.out", file);
        }
        using (SeparatorFile file = SeparatorFile.Open(stem + "_flat.pth", CPU, config))
            Check("flat.out", file);
        golden.Finish();

        void Check(string name, SeparatorFile file)
        {
            Assert.Empty(file.UnreadTensors);
            golden.Check(name, file.Network.Forward(wave, config.VocalIndex, TestContext.Current.CancellationToken).squeeze(0));
        }
    }
}
