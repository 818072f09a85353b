using LeVo.Core.Audio;
using LeVo.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>The recognised labels of an accompaniment.</summary>
/// <param name="FrameChords">The chord of each frame, 1..6.</param>
/// <param name="Genre">Index into <see cref="MiniStyle.Genres"/>.</param>
/// <param name="Instrument">Index into <see cref="MiniStyle.Instruments"/>.</param>
public sealed record HeardBand(int[] FrameChords, int Genre, int Instrument);

/// <summary>Recognises genre, instrument and chords of an accompaniment or a mix.</summary>
/// <remarks>Recognising is thread-safe.</remarks>
public sealed class BandRecogniser : IDisposable
{
    internal BandRecogniser(long seed = 2)
    {
        LeVoRuntime.EnsureTorch();
        Net = new FrameNet(
            [new("chord", MiniHarmony.Chords, false), new("genre", MiniStyle.Genres.Count, true),
                new("instrument", MiniStyle.Instruments.Count, true)], seed);
    }

    internal FrameNet Net { get; }

    /// <summary>Recognises an accompaniment or a mix of 24 kHz or more.</summary>
    /// <exception cref="ArgumentException">The sound is shorter than a frame (40 ms) or its rate is too
    /// low.</exception>
    public HeardBand Recognise(Waveform band)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor[] logits = Net.forward(SpectralFrames.Of(band).unsqueeze(0));
        int[] chords = [.. logits[0][0].argmax(0).data<long>().Select(c => (int)c + 1)];
        return new HeardBand(
            chords, (int)logits[1].argmax(1).item<long>(), (int)logits[2].argmax(1).item<long>());
    }

    /// <summary>Frees the net.</summary>
    public void Dispose() => Net.Dispose();
}
