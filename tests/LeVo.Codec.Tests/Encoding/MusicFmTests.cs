using System.Text.Json.Nodes;
using LeVo.Codec.MusicFm;
using LeVo.Core.Parameters;
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
        var encoder = new MusicFmEncoder(builder.Root.Sub("bestrq").Sub("model"), config, config.Layers);
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
