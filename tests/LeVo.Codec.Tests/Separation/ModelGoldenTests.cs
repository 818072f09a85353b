using System.Text.Json.Nodes;
using LeVo.Codec.Model;
using LeVo.Codec.Separation;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Separation;

/// <summary>The whole network, with signals on the way.</summary>
[Trait("Category", "Golden")]
public sealed class ModelGoldenTests
{
    public static TheoryData<string> Small => [.. CodecGolden.Files("04_model"), .. CodecGolden.Files("05_model")];

    public static TheoryData<string> Full => CodecGolden.Files("08_fullsize");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Small))]
    public void SmallModels(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        using var model = new DemucsFixture(golden);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        int samples = (int)golden.Config["samples"]!, shorter = (int)golden.Config["short"]!;
        string name = (string)golden.Config["wave"]!;
        Tensor wave = GoldenInputs.WaveTensor(name, samples, 2, 0.8, 480);
        Tensor all = model.Network.Forward(wave, cancellationToken: Ct);
        golden.Check("out", all.unsqueeze(0));
        for (int source = 0; source < model.Sizes.Sources.Count; source++)
        {
            // One source alone is the same to rounding: a matrix of other size may be multiplied in another order.
            Tensor alone = model.Network.Forward(wave, source, Ct).squeeze(0);
            Assert.True((alone - all[source]).abs().max().item<float>() < 1e-6);
        }
        Tensor first = GoldenInputs.WaveTensor(name + ".b0", shorter, 2, 0.5, 480);
        Tensor second = GoldenInputs.WaveTensor(name + ".b1", shorter, 2, 1.7, 480).add(0.1f);
        golden.Check("short.out", stack([model.Network.Forward(first, null, Ct), model.Network.Forward(second, null, Ct)]));
        Tensor silence = model.Network.Forward(zeros(2, samples), null, Ct);
        Assert.Equal(0, silence.abs().max().item<float>());
        golden.Check("silence.out", silence.narrow(2, 0, 64).unsqueeze(0));
        Taps(golden, model.Network, wave);
        golden.Finish();
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Full))]
    public void ReleasedSizes(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        using var model = new DemucsFixture(golden);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Tensor wave = GoldenInputs.WaveTensor((string)golden.Config["wave"]!, (int)golden.Config["samples"]!, 2, 0.8);
        Tensor all = model.Network.Forward(wave, null, Ct);
        int vocal = model.Sizes.VocalIndex;
        golden.Check("vocals", all[vocal]);
        golden.Check("others", all.narrow(0, 0, vocal).slice(2, 0, all.shape[2], 16));
        (Tensor x, Tensor y, _, _) = Encode(model.Network, wave, (_, _) => { });
        (Tensor tokensX, Tensor tokensY) = model.Network.ToTokens(x, y);
        long rows = x.shape[0];
        golden.Check("transformer.in.x", EveryChannel(Planes(tokensX, rows)));
        golden.Check("transformer.in.xt", EveryChannel(tokensY.transpose(1, 2)));
        (tokensX, tokensY) = model.Network.Transformer.Forward(tokensX, rows, tokensY, Ct);
        golden.Check("transformer.x", EveryChannel(Planes(tokensX, rows)));
        golden.Check("transformer.xt", EveryChannel(tokensY.transpose(1, 2)));
        golden.Finish();

        static Tensor EveryChannel(Tensor signal) => signal.slice(1, 0, signal.shape[1], 16);
    }

    private static void Taps(CodecGolden golden, HtDemucs network, Tensor wave)
    {
        (Tensor x, Tensor y, Stack<Tensor> skips, Stack<(Tensor, long)> timeSkips) = Encode(network, wave, Tap);
        long rows = x.shape[0];
        (Tensor tokensX, Tensor tokensY) = network.ToTokens(x, y);
        Tap("transformer.in.x", Planes(tokensX, rows));
        Tap("transformer.in.xt", tokensY.transpose(1, 2));
        (tokensX, tokensY) = network.Transformer.Forward(tokensX, rows, tokensY, Ct);
        Tap("transformer.x", Planes(tokensX, rows));
        Tap("transformer.xt", tokensY.transpose(1, 2));
        (x, y) = network.Transform(x, y, Ct);
        for (int j = 0; j < DemucsConfig.Depth; j++)
        {
            x = network.FrequencyDecoders[j].Forward(x, skips.Pop(), null, Ct);
            (Tensor skip, long length) = timeSkips.Pop();
            y = network.TimeDecoders[j].Forward(y, skip, length);
            Tap($"decoder.{j}", DemucsFixture.Rows(x).unsqueeze(0));
            Tap($"tdecoder.{j}", y);
        }
        Tensor spectrum = network.Spectrogram.Forward(wave);
        golden.Check("freq_wave", network.ToSound(x * spectrum.std() + spectrum.mean()).narrow(0, 0, 1));

        void Tap(string name, Tensor signal)
        {
            JsonArray strides = golden.Config["strides"]![name]!.AsArray();
            golden.Check(name, signal.dim() == 4
                ? signal.slice(2, 0, signal.shape[2], (long)strides[0]!)
                : signal.slice(2, 0, signal.shape[2], (long)strides[1]!));
        }
    }

    private static (Tensor X, Tensor Y, Stack<Tensor> Skips, Stack<(Tensor, long)> TimeSkips) Encode(
        HtDemucs network, Tensor wave, Action<string, Tensor> tap)
    {
        Tensor spectrum = network.Spectrogram.Forward(wave);
        Tensor x = DemucsFixture.Rows((spectrum - spectrum.mean()) / (spectrum.std() + 1e-5f));
        Tensor y = ((wave - wave.mean()) / (wave.std() + 1e-5f)).unsqueeze(0);
        var skips = new Stack<Tensor>();
        var timeSkips = new Stack<(Tensor, long)>();
        for (int i = 0; i < DemucsConfig.Depth; i++)
        {
            long length = y.shape[2];
            x = network.FrequencyEncoders[i].Forward(x, Ct);
            y = network.TimeEncoders[i].Forward(y);
            tap($"encoder.{i}", DemucsFixture.Rows(x).unsqueeze(0).clone());
            tap($"tencoder.{i}", y);
            if (i == 0)
                network.Embed(x);
            skips.Push(x);
            timeSkips.Push((y, length));
        }
        return (x, y, skips, timeSkips);
    }

    private static Tensor Planes(Tensor tokens, long rows) =>
        tokens.view(1, -1, rows, tokens.shape[2]).permute(0, 3, 2, 1);
}
