using LeVo.Core.Audio;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>The input of the recognisers: one spectrum for each frame of 40 ms.</summary>
/// <remarks>
/// 64 mel bands up to 12 kHz from a window of one frame, then 40 lines of 12.5 Hz (50 to 537 Hz) from a window of two,
/// which tell pitches and chords. Powers, not yet logarithms: augmentation is easiest before.
/// </remarks>
internal static class SpectralFrames
{
    public const int FramesPerSecond = 25;
    public const int MelBands = 64, Lines = 40, Size = MelBands + Lines;

    private const int FirstLine = 4;
    private const double TopHz = 12000;

    /// <summary>Powers <c>[Size, frames]</c>; a last frame that is not whole is left out.</summary>
    /// <exception cref="ArgumentException">Below 24 kHz, a rate that 25 does not divide, or shorter than a
    /// frame.</exception>
    public static Tensor Of(Waveform sound)
    {
        ArgumentNullException.ThrowIfNull(sound);
        int frame = sound.SampleRate / FramesPerSecond, frames = sound.Length / frame;
        if (sound.SampleRate < 2 * TopHz || sound.SampleRate % (2 * FramesPerSecond) != 0 || frames == 0)
            throw new ArgumentException("The recognisers need one frame (40 ms) at 24 kHz or more.", nameof(sound));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor padded = tensor(MonoPadded(sound, frame, frames));
        Tensor wide = padded.unfold(0, 2 * frame, frame); // [frames, 2 * frame], each centred on its frame
        Tensor narrow = wide.narrow(1, frame / 2, frame);
        Tensor mel = nn.functional.linear(Power(narrow), MelFilters(frame));
        Tensor lines = Power(wide).narrow(1, FirstLine, Lines);
        return cat([mel, lines], 1).t().contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The centre of each feature in Hz.</summary>
    public static float[] Centres() =>
    [
        .. Enumerable.Range(1, MelBands).Select(b => (float)FromMel(b * ToMel(TopHz) / (MelBands + 1))),
        .. Enumerable.Range(FirstLine, Lines).Select(k => (float)(k * MiniHarmony.Grid)),
    ];

    private static float[] MonoPadded(Waveform sound, int frame, int frames)
    {
        var mono = new float[(frames + 1) * frame];
        foreach (float[] channel in sound.Channels)
            for (int i = 0, count = Math.Min(channel.Length, mono.Length - frame / 2); i < count; i++)
                mono[frame / 2 + i] += channel[i] / sound.ChannelCount;
        return mono;
    }

    private static Tensor Power(Tensor frames)
    {
        long size = frames.shape[1];
        Tensor window = hann_window(size).Times(2.0 / size); // a full-scale sine has power 1/4
        return fft.rfft(frames * window).abs().Squared();
    }

    private static Tensor MelFilters(int frame)
    {
        int bins = frame / 2 + 1;
        var filters = new float[MelBands * bins];
        double step = ToMel(TopHz) / (MelBands + 1);
        for (int k = 0; k < bins; k++)
        {
            double place = ToMel(k * FramesPerSecond) / step;
            for (int b = 0; b < MelBands; b++)
                filters[b * bins + k] = (float)Math.Max(0, 1 - Math.Abs(place - (b + 1)));
        }
        return tensor(filters, MelBands, bins);
    }

    private static double ToMel(double hz) => 2595 * Math.Log10(1 + hz / 700);

    private static double FromMel(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
