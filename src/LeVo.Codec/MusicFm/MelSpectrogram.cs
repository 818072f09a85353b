using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>
/// Normalized log-mel spectrogram of 24 kHz audio: windows of 2048, hop 240, reflect padding, HTK mel scale, decibels
/// without a floor relative to the maximum. Window and filter bank are the stored ones where the file holds them.
/// </summary>
internal sealed class MelSpectrogram(ParameterBuilder parameters, MelTensors tensors)
{
    private const int Window = MusicFmConfig.MelWindow;
    private const int Hop = 240;
    private const int Bins = MusicFmConfig.MelBins;
    private static readonly Scalar Mean = 6.768444971712967.ToScalar();
    private static readonly Scalar Deviation = 18.417922652295623.ToScalar();
    private static readonly Scalar Quietest = 1e-10.ToScalar();
    private static readonly Scalar Ten = 10.ToScalar();

    public Parameter Hann { get; } =
        parameters.TakeComputed(tensors.Window, () => hann_window(Window, periodic: true));

    /// <summary>Triangular filters <c>[bins, mels]</c>.</summary>
    public Parameter FilterBank { get; } = parameters.TakeComputed(tensors.FilterBank,
        () => tensor(Triangles((int)tensors.FilterBank.Shape[1]), tensors.FilterBank.Shape));

    /// <summary><c>[batch, samples]</c> to <c>[batch, mels, samples / 240]</c>; whole hops of 240 only.</summary>
    public Tensor Forward(Tensor mono)
    {
        using var scope = NewDisposeScope();
        Tensor power = Power(mono);
        // Centred frames give one more than samples / 240; the network was trained without the last.
        Tensor decibels = Decibels(power.narrow(2, 0, power.shape[2] - 1));
        return decibels.sub_(Mean).div_(Deviation).MoveToOuterDisposeScope();
    }

    /// <summary>Mel power, <c>[batch, samples]</c> to <c>[batch, mels, samples / 240 + 1]</c>.</summary>
    public Tensor Power(Tensor mono)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor spectrum = stft(mono, Window, Hop, Window, Hann, center: true, TorchSharp.PaddingModes.Reflect,
            normalized: false, onesided: true, return_complex: true);
        Tensor power = spectrum.real.Squared().AddInPlace(spectrum.imag.Squared());
        return nn.functional.linear(power.transpose(1, 2), FilterBank.t()).transpose(1, 2).contiguous()
            .MoveToOuterDisposeScope();
    }

    public static Tensor Decibels(Tensor power)
    {
        using var scope = NewDisposeScope();
        return power.clamp(min: Quietest).log10_().mul_(Ten).MoveToOuterDisposeScope();
    }

    private static float[] Triangles(int mels)
    {
        const double top = MusicFmConfig.SampleRate / 2.0;
        double[] corners = [.. Enumerable.Range(0, mels + 2).Select(i => ToHertz(ToMel(top) * i / (mels + 1)))];
        var filters = new float[Bins * mels];
        for (int bin = 0; bin < Bins; bin++)
        {
            double frequency = top * bin / (Bins - 1);
            for (int m = 0; m < mels; m++)
            {
                double rise = (frequency - corners[m]) / (corners[m + 1] - corners[m]);
                double fall = (corners[m + 2] - frequency) / (corners[m + 2] - corners[m + 1]);
                filters[bin * mels + m] = (float)Math.Max(0, Math.Min(rise, fall));
            }
        }
        return filters;
    }

    private static double ToMel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);

    private static double ToHertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
