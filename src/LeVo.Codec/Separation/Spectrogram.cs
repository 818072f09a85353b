using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>
/// The spectrogram of the stem separator and its inverse: Hann windows with a hop of a quarter, the highest frequency left
/// out, real and imaginary parts as channels.
/// </summary>
/// <param name="frameLength">Samples of a frame, a multiple of 8.</param>
internal sealed class Spectrogram(int frameLength)
{
    /// <summary>The sum of the squared windows at every sample, because four frames reach it.</summary>
    private const double SquaredWindows = 1.5;

    private readonly int hop = frameLength / 4;

    /// <summary>Samples before the first sample that the first frame reads.</summary>
    private int Margin => 3 * (hop / 2);

    /// <summary>Frames of a signal.</summary>
    public int Frames(long samples) => (int)((samples + hop - 1) / hop);

    /// <summary><c>[channels, samples]</c> to <c>[2 · channels, frequencies, frames]</c>.</summary>
    public Tensor Forward(Tensor sound)
    {
        using var scope = NewDisposeScope();
        long channels = sound.shape[0];
        Tensor window = hann_window(frameLength, periodic: true, device: sound.device);
        Tensor spectrum = stft(Pad(sound), frameLength, hop, frameLength, window, center: false, normalized: true,
            onesided: true, return_complex: true).narrow(1, 0, frameLength / 2);
        return spectrum.view_as_real().permute(0, 3, 1, 2).reshape(2 * channels, frameLength / 2, -1).MoveToOuterDisposeScope();
    }

    /// <summary>Extends a signal on both sides by reflection, so that every sample is in four frames.</summary>
    public Tensor Pad(Tensor sound)
    {
        using var scope = NewDisposeScope();
        long samples = sound.shape[1], right = Margin + Frames(samples) * (long)hop - samples;
        if (samples <= right)
        {
            // A signal shorter than its reflection is extended by zeros first.
            sound = nn.functional.pad(sound, [0, right - samples + 1]);
            right = samples - 1;
        }
        return nn.functional.pad(sound.unsqueeze(0), [Margin, right], TorchSharp.PaddingModes.Reflect).squeeze(0)
            .MoveToOuterDisposeScope();
    }

    /// <summary><c>[sources, channels, 2, frequencies, frames]</c> to <c>[sources, channels, samples]</c>.</summary>
    /// <param name="spectrum">Real and imaginary parts; the imaginary part of frequency 0 is not used.</param>
    /// <param name="samples">Length of the signal.</param>
    public Tensor Inverse(Tensor spectrum, long samples)
    {
        using var scope = NewDisposeScope();
        long sources = spectrum.shape[0], channels = spectrum.shape[1], frames = spectrum.shape[4];
        Tensor window = hann_window(frameLength, periodic: true, device: spectrum.device)
            .Times(Math.Sqrt(frameLength) / SquaredWindows);
        Tensor sound = zeros([sources, channels, frames + 3, hop], device: spectrum.device);
        // One source at a time: its frames are four times as long as its sound.
        for (long i = 0; i < sources; i++)
        {
            using var step = NewDisposeScope();
            Tensor complex = spectrum.select(0, i).permute(0, 3, 2, 1).contiguous().view_as_complex();
            Tensor parts = fft.irfft(complex, frameLength).mul_(window).view(channels, frames, 4, hop);
            for (long quarter = 0; quarter < 4; quarter++)
                sound.select(0, i).narrow(1, quarter, frames).AddInPlace(parts.select(2, quarter));
        }
        return sound.view(sources, channels, -1).narrow(2, Margin, samples).MoveToOuterDisposeScope();
    }
}
