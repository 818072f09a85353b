using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Planning;
using LeVo.Codec.Quantization;
using static TorchSharp.torch;

namespace LeVo.Codec.Encoding;

/// <summary>One stream of codes: which hidden state of MusicFM feeds which quantizer.</summary>
internal sealed record EncoderStream(int Tap, VectorQuantizer Quantizer);

/// <summary>
/// Stereo sound to codes at 25 Hz: one stream for the mixed codec, vocal and accompaniment for the dual-track one.
/// Segments of 40 s pass MusicFM alone; only those that contribute codes are computed. Thread-safe.
/// </summary>
internal sealed class CodecEncoder
{
    private readonly MusicFmEncoder musicFm;
    private readonly IReadOnlyList<EncoderStream> streams;
    private readonly int sampleRate;
    private readonly int segmentSamples;
    private readonly int segmentFrames;

    /// <param name="musicFm">Built at least to the highest tap.</param>
    /// <param name="streams">The streams in the order of the tracks.</param>
    /// <param name="sampleRate">Samples per second of the input.</param>
    /// <param name="segmentSeconds">Length of a segment; whole frames, at least two.</param>
    public CodecEncoder(MusicFmEncoder musicFm, IReadOnlyList<EncoderStream> streams, int sampleRate = 48_000,
        double segmentSeconds = 40)
    {
        const int frameRate = MusicFmConfig.FrameRate;
        double frames = Math.Round(segmentSeconds * frameRate);
        if (Math.Abs(frames - segmentSeconds * frameRate) > 1e-6 || frames < 2 || sampleRate % frameRate != 0)
        {
            throw new ArgumentException(
                $"Segments of {segmentSeconds} s at {sampleRate} Hz are not whole frames of {1.0 / frameRate} s.");
        }
        int layers = musicFm.Layers.Count;
        if (streams.Any(stream => stream.Tap > layers))
            throw new ArgumentException($"A tap lies above the {layers} layers that were built.", nameof(streams));
        this.musicFm = musicFm;
        this.streams = streams;
        this.sampleRate = sampleRate;
        segmentFrames = (int)frames;
        segmentSamples = segmentFrames * (sampleRate / frameRate);
    }

    /// <summary>Codes of stereo tracks, one per stream; all are cut to the shortest.</summary>
    /// <param name="tracks">Samples <c>[streams][2][samples]</c>.</param>
    /// <param name="progress">Receives the finished share, 0 to 1, or null.</param>
    /// <param name="cancellationToken">Stops between two segments.</param>
    /// <returns>Codes <c>[streams][frames]</c>; 10 s give 251.</returns>
    /// <exception cref="ArgumentException">The tracks don't fit the streams, are not stereo, or are empty.</exception>
    public int[][] Encode(IReadOnlyList<float[][]> tracks, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (tracks.Count != streams.Count)
            throw new ArgumentException($"{tracks.Count} tracks for {streams.Count} streams.", nameof(tracks));
        EncoderTrack[] prepared = EncoderTrack.Prepare(tracks, sampleRate);
        int frames = prepared[0].Frames;
        int segments = (frames + segmentFrames - 1) / segmentFrames;
        int[][] codes = [.. streams.Select(_ => new int[frames])];
        for (int i = 0; i < segments; i++)
        {
            for (int s = 0; s < streams.Count; s++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int start = i * segmentFrames;
                EncodeSegment(prepared[s].Segment(i, segmentSamples), streams[s])
                    .AsSpan(0, Math.Min(segmentFrames, frames - start)).CopyTo(codes[s].AsSpan(start));
                progress?.Report((i * streams.Count + s + 1.0) / (segments * streams.Count));
            }
        }
        return codes;
    }

    /// <summary>What a stream quantizes, <c>[1, frames, width]</c>, from one segment of mono at 24 kHz.</summary>
    internal Tensor Hidden(float[] mono24k, EncoderStream stream)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor audio = tensor(mono24k, [1, mono24k.Length], device: musicFm.Device);
        return musicFm.Forward(audio, stream.Tap).MoveToOuterDisposeScope();
    }

    private int[] EncodeSegment(float[] mono24k, EncoderStream stream)
    {
        using var scope = NewDisposeScope();
        using Tensor hidden = Hidden(mono24k, stream);
        return stream.Quantizer.Encode(hidden).to(ScalarType.Int32).cpu().data<int>().ToArray();
    }
}
