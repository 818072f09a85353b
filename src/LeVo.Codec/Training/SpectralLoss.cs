using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// Multi-resolution spectral distance of waveforms: log-magnitude difference plus spectral convergence over several window
/// lengths. It ignores phase, which a small decoder can't predict and listeners don't hear.
/// </summary>
internal sealed class SpectralLoss : IDisposable
{
    private readonly (int Size, Tensor Window)[] resolutions;

    public SpectralLoss(params int[] windowSizes) =>
        resolutions = [.. windowSizes.Select(size => (size, hann_window(size).DetachFromDisposeScope()))];

    /// <summary>Mean distance of two batches of signals <c>[batch, samples]</c>.</summary>
    public Tensor Distance(Tensor actual, Tensor expected)
    {
        Tensor? total = null;
        foreach ((int size, Tensor window) in resolutions)
        {
            Tensor a = Magnitude(actual, size, window), e = Magnitude(expected, size, window);
            Tensor convergence = (e - a).norm() / e.norm().Plus(1e-3);
            Tensor logs = (a.log() - e.log()).abs().mean();
            Tensor loss = convergence.Plus(logs);
            total = total is null ? loss : total.Plus(loss);
        }
        return total!.DividedBy(resolutions.Length);
    }

    /// <summary>Stereo <c>[batch, 2, samples]</c> as signals: left, right, sum and difference.</summary>
    public static Tensor MidSide(Tensor stereo)
    {
        Tensor left = stereo.select(1, 0), right = stereo.select(1, 1);
        return cat([left.Plus(right).Times(0.5), (left - right).Times(0.5)], 0);
    }

    // The floor keeps silence from dominating the logarithm.
    private static Tensor Magnitude(Tensor signal, int size, Tensor window)
    {
        Tensor spectrum = stft(signal, size, size / 4, size, window, center: true, normalized: true, onesided: true,
            return_complex: true);
        Tensor parts = view_as_real(spectrum);
        return parts.Squared().sum(-1).Plus(1e-7).sqrt();
    }

    public void Dispose()
    {
        foreach (var (_, window) in resolutions)
            window.Dispose();
    }
}
