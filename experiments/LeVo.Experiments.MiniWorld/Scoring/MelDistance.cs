using LeVo.Core.Audio;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>The distance of two sounds: the mean absolute difference of their mel spectra in dB.</summary>
public static class MelDistance
{
    private const double Floor = 1e-7; // power of the quietest sound that counts: -70 dB

    /// <summary>The distance in dB over 64 bands up to 12 kHz and the frames of 40 ms that both have.</summary>
    /// <exception cref="ArgumentException">A sound is shorter than a frame, or below 24 kHz.</exception>
    public static double Of(Waveform a, Waveform b)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor first = Decibels(a), second = Decibels(b);
        long frames = Math.Min(first.shape[1], second.shape[1]);
        return (first.narrow(1, 0, frames) - second.narrow(1, 0, frames)).abs().mean().item<float>();
    }

    private static Tensor Decibels(Waveform sound) =>
        SpectralFrames.Of(sound).narrow(0, 0, SpectralFrames.MelBands).Plus(Floor).log10().Times(10);
}
