using LeVo.Core.Audio;
using LeVo.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>The recognised labels of a vocal stem.</summary>
/// <param name="Sung">The phones without rests, to compare with <see cref="MiniSong.Sung"/>.</param>
/// <param name="FramePhones">The phone of each frame, 0 = silence.</param>
/// <param name="FramePitches">The pitch of each frame, 0 = none.</param>
/// <param name="Singer">Index into <see cref="MiniStyle.Singers"/>.</param>
/// <param name="Tempo">Index into <see cref="MiniStyle.Tempos"/>.</param>
public sealed record HeardVoice(int[] Sung, int[] FramePhones, int[] FramePitches, int Singer, int Tempo);

/// <summary>Recognises phones, pitches, singer and tempo in a voice, without the lyrics.</summary>
/// <remarks>Recognising is thread-safe.</remarks>
public sealed class PhoneRecogniser : IDisposable
{
    internal PhoneRecogniser(long seed = 1)
    {
        LeVoRuntime.EnsureTorch();
        Net = new FrameNet(
            [new("phone", Phones.Count, false), new("pitch", MiniHarmony.Pitches + 1, false),
                new("singer", MiniStyle.Singers.Count, true), new("tempo", MiniStyle.Tempos.Count, true)], seed);
    }

    internal FrameNet Net { get; }

    /// <summary>Recognises a vocal stem (a mix works too, less well) of 24 kHz or more.</summary>
    /// <exception cref="ArgumentException">The sound is shorter than a frame (40 ms) or its rate is too
    /// low.</exception>
    public HeardVoice Recognise(Waveform voice)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor[] logits = Net.forward(SpectralFrames.Of(voice).unsqueeze(0));
        int singer = (int)logits[2].argmax(1).item<long>(), tempo = (int)logits[3].argmax(1).item<long>();
        float[] phones = [.. logits[0][0].log_softmax(0).t().contiguous().data<float>()];
        int minimum = new MiniStyle(singer, 0, 0, tempo).FramesPerSlot - 1;
        int[] path = PhoneDecoder.Decode(phones, Phones.Count, minimum);
        int[] pitches = [.. logits[1][0].argmax(0).data<long>().Select(p => (int)p)];
        return new HeardVoice(PhoneDecoder.Collapse(path), path, pitches, singer, tempo);
    }

    /// <summary>Frees the net.</summary>
    public void Dispose() => Net.Dispose();
}
