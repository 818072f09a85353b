using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Planning;
using LeVo.Core.Audio;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Encoding;

public sealed class FrontendTests
{
    public static TheoryData<string> Goldens => CodecGolden.Files("01_frontend");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Goldens))]
    [Trait("Category", "Golden")]
    public void EveryStageMatchesTheGolden(string path)
    {
        using var golden = CodecGolden.Open(path);
        using var scope = NewDisposeScope();
        string name = (string)golden.Config["wave"]!;
        float[][] wave = GoldenInputs.Wave(name, (int)golden.Config["n"]!, 2, (double)golden.Config["scale"]!);
        float[][] limited = PeakRule.Joint(wave);
        float[][] perChannel = PeakRule.PerChannel(wave);
        golden.Check("wave48_head", Head(wave));
        golden.Check("wave48_absmax", tensor([wave.Max(Peak)]));
        golden.Check("after_norm08_head", Head(limited));
        golden.Check("norm09_of_raw_head", Head(perChannel));
        golden.Check("norm09_of_raw_absmax", tensor([.. perChannel.Select(Peak)]));

        float[] mono = new Waveform(PeakRule.PerChannel(limited), 48_000).ToMono().Channels[0];
        float[] mono24 = SincResampler.Resample(mono, 48_000, 24_000);
        golden.Check("resample_48_24_kernel", tensor(SincKernel.Create<double>(48_000, 24_000).Full(0), [1, 1, 28]));
        golden.Check("mono24", tensor(mono24, [1, mono24.Length]));
        CheckMel(golden, tensor(mono24, [1, mono24.Length]));
        CheckFileResampling(golden);
        LatentNormalizerChecks.Run(golden, name + ".nf");
        golden.Finish();
    }

    private static void CheckMel(CodecGolden golden, Tensor mono24)
    {
        var builder = new ParameterBuilder(new RandomTensorSource(0));
        var spectrogram = new MelSpectrogram(builder, new(new TensorListing().Root, 128));
        using ParameterSet parameters = builder.Build("spectrogram");
        Tensor whole = mono24.narrow(1, 0, mono24.shape[1] / MusicFmConfig.FrameSamples * MusicFmConfig.FrameSamples);
        Tensor power = spectrogram.Power(whole);
        golden.Check("mel_fb", spectrogram.FilterBank);
        golden.Check("hann_head", spectrogram.Hann.narrow(0, 0, 32));
        golden.Check("mel_power", power);
        golden.Check("mel_db", MelSpectrogram.Decibels(power.narrow(2, 0, power.shape[2] - 1)));
        golden.Check("mel_norm", spectrogram.Forward(whole));
    }

    private static void CheckFileResampling(CodecGolden golden)
    {
        float[] samples = GoldenInputs.Wave((string)golden.Config["r44"]!, (int)golden.Config["n44"]!, 1, 0.9)[0];
        int from = (int?)golden.Config["from"] ?? 44_100;
        foreach (string name in golden.Names.Where(name => name.StartsWith("resample_", StringComparison.Ordinal)
            && !name.EndsWith("_kernel", StringComparison.Ordinal)))
        {
            float[] single = SincResampler.Resample<float>(samples, from, 48_000);
            float[] exact = SincResampler.Resample(samples, from, 48_000);
            golden.Check(name, tensor(single, [1, single.Length]));
            golden.Check(name, tensor(exact, [1, exact.Length]));
        }
    }

    private static Tensor Head(float[][] wave) =>
        tensor([.. wave.SelectMany(channel => channel[..64])], [wave.Length, 64]);

    private static float Peak(float[] channel) => channel.Max(MathF.Abs);
}
