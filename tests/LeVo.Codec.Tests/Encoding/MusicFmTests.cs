using System.Text.Json.Nodes;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Encoding;

public sealed class MusicFmTests
{
    public static TheoryData<string> Goldens => CodecGolden.Files("02_musicfm");

    internal static MusicFmConfig ReadConfig(JsonNode sizes) => new()
    {
        Width = (int)sizes["dim"]!,
        Layers = (int)sizes["depth"]!,
        FrontChannels = (int)sizes["conv"]!,
        Heads = (int)sizes["heads"]!,
        FeedForward = (int)sizes["inter"]!,
    };

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Goldens))]
    [Trait("Category", "Golden")]
    public void HiddenStatesMatchTheGolden(string path)
    {
        using var golden = CodecGolden.Open(path);
        using var scope = NewDisposeScope();
        MusicFmConfig config = ReadConfig(golden.Config["musicfm"]!);
        var builder = new ParameterBuilder(new NameSeededSource(golden.WeightPrefix));
        var tensors = new MusicFmTensors(CodecTensors.MusicFmScope(new TensorListing().Root), config, config.Layers);
        var encoder = new MusicFmEncoder(builder, tensors, config);
        using ParameterSet parameters = builder.Build("MusicFM");
        Tensor audio = Audio(golden, (int)golden.Input("hidden_0").shape[0]);

        Tensor x = encoder.Mel(audio).unsqueeze(1);
        foreach ((ResidualBlock block, int i) in encoder.FrontEnd.Blocks.Select((block, i) => (block, i)))
        {
            x = block.Forward(x);
            int step = 8 >> i;
            golden.Check($"res{i}_out", x.slice(2, 0, x.shape[2], step).slice(3, 0, x.shape[3], step / 2));
        }

        IReadOnlyList<Tensor> states = encoder.HiddenStates(audio);
        for (int i = 0; i < states.Count; i++)
        {
            golden.Check($"hidden_{i}", states[i]);
            golden.Check($"hidden_{i}", encoder.Forward(audio, i));
        }
        CheckFirstLayer(golden, encoder, states[0]);
        golden.Finish();
    }

    [Fact]
    public void GradientsReachEveryWeightBelowTheTap()
    {
        using var tiny = new TinyEncoder();
        using var scope = NewDisposeScope();
        foreach ((_, TorchSharp.Modules.Parameter weight) in tiny.Parameters.Trainable)
            weight.requires_grad = true;
        tiny.MusicFm.Forward(Noise(2, 10), 2).square().sum().backward();
        string[] silent = [.. tiny.Parameters.Trainable
            .Where(pair => pair.Key.StartsWith("bestrq", StringComparison.Ordinal))
            .Where(pair => pair.Value.grad is not { } gradient || gradient.abs().sum().item<float>() == 0)
            .Select(pair => pair.Key)];
        // A key's bias shifts all scores of a query alike: softmax takes it out.
        Assert.DoesNotContain(silent, name => !name.EndsWith("linear_k.bias", StringComparison.Ordinal));
        Assert.DoesNotContain(tiny.Parameters.Trainable,
            pair => pair.Key.Contains("running_", StringComparison.Ordinal));
    }

    [Fact]
    public void BatchEqualsEachAloneAndTheLastTapIsNormed()
    {
        using var tiny = new TinyEncoder(layers: 3);
        using var scope = NewDisposeScope();
        Tensor audio = Noise(2, 10);
        Tensor both = tiny.MusicFm.Forward(audio, 3);
        AssertClose(tiny.MusicFm.Forward(audio[1].unsqueeze(0), 3)[0], both[1]);
        Assert.Equal(0, both.mean([-1]).abs().max().item<float>(), 1e-5);
        using Tensor bias = tiny.Parameters["bestrq.model.conformer.layer_norm.bias"].detach();
        bias.fill_(5);
        Assert.Equal(5, tiny.MusicFm.Forward(audio, 3).mean().item<float>(), 1e-4);
        Assert.NotEqual(5, tiny.MusicFm.Forward(audio, 2).mean().item<float>(), 1e-1);
    }

    [Fact]
    public void WrongTapsAndTooShortSoundAreRefused()
    {
        using var tiny = new TinyEncoder();
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentOutOfRangeException>(() => tiny.MusicFm.Forward(Noise(1, 4), 3));
        Assert.Throws<ArgumentException>(() => tiny.MusicFm.Mel(Noise(1, 1)));
        Assert.Equal([1, 2, 16], tiny.MusicFm.Forward(Noise(1, 2), 1).shape);
    }

    private static Tensor Noise(int batch, int frames) => GoldenInputs.UnitNoise("musicfm", batch, frames * 960) * 0.2;

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.True((expected - actual).abs().max().item<float>() < 1e-5);

    private static void CheckFirstLayer(CodecGolden golden, MusicFmEncoder encoder, Tensor x)
    {
        ConformerLayer layer = encoder.Layers[0];
        Tensor part = layer.FirstFeedForward.Forward(x);
        golden.Check("layer0_ffn1", part);
        x = x + part * 0.5;
        part = layer.Attend(x, encoder.Angles(x.shape[1]));
        golden.Check("layer0_attn", part);
        x = x + part;
        part = layer.Convolution.Forward(x);
        golden.Check("layer0_conv_module", part);
        x = x + part;
        golden.Check("layer0_ffn2", layer.SecondFeedForward.Forward(x));
    }

    private static Tensor Audio(CodecGolden golden, int batch)
    {
        int samples = (int)golden.Config["n"]!;
        string name = (string)golden.Config["wave"]!;
        return stack([.. Enumerable.Range(0, batch)
            .Select(b => tensor(GoldenInputs.Wave($"{name}.b{b}", samples, 1, 0.5, 480)[0]))]);
    }
}
