using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Codec.Quantization;
using LeVo.Codec.Vae;

namespace LeVo.Codec.Decoding;

/// <summary>
/// Codes to stereo sound: windows of codes become latents by flow matching, each window continuing the one before, and
/// latents become sound. Immutable and thread-safe; the state of one request is in a <see cref="SoundDecoding"/>.
/// </summary>
/// <param name="Flow">From codes' vectors to latents.</param>
/// <param name="Quantizers">From codes to vectors, one a stream.</param>
/// <param name="Vae">From latents to sound.</param>
internal sealed record SoundDecoder(
    FlowMatchingDecoder Flow, IReadOnlyList<ResidualVectorQuantizer> Quantizers, OobleckVae Vae)
{
    /// <summary>Frames per second.</summary>
    public int FrameRate => Vae.Config.SampleRate / Vae.Config.Ratio;

    /// <summary>Starts a request whose codes are all there.</summary>
    /// <param name="codes">One array of equal length a stream.</param>
    /// <param name="settings">Windows and solver.</param>
    /// <param name="noise">The request's noise: one draw for a prompt, then one a window.</param>
    /// <param name="prompt">Sound to continue, or null.</param>
    /// <exception cref="ArgumentException">Codes that are not in the books, streams of different lengths, or a prompt longer
    /// than a window's hop.</exception>
    public SoundDecoding Start(
        IReadOnlyList<int[]> codes, SoundSettings settings, INoiseSource noise, SoundPrompt? prompt = null)
    {
        int[][] frames = FramesOf(codes);
        if (frames.Length == 0)
            throw new ArgumentException("There are no codes.", nameof(codes));
        CheckCodes(frames, Quantizers[0].CodebookSize);
        SoundDecoding decoding = Begin(settings, noise, prompt);
        foreach (int[] frame in frames)
            decoding.Add(frame);
        decoding.End();
        return decoding;
    }

    /// <summary>Starts a request whose codes are still to come.</summary>
    /// <param name="settings">Windows and solver.</param>
    /// <param name="noise">The request's noise.</param>
    /// <param name="prompt">Sound to continue, or null.</param>
    /// <param name="expectedFrames">Frames of the song at most, where it is known.</param>
    /// <param name="kept">Where decoded windows are kept, or null.</param>
    /// <exception cref="ArgumentException">The prompt has codes that are not in the books, or is longer than a window's
    /// hop.</exception>
    public SoundDecoding Begin(SoundSettings settings, INoiseSource noise, SoundPrompt? prompt = null, int expectedFrames = 0,
        DecodedWindows? kept = null)
    {
        if (prompt is not null)
            CheckCodes(FramesOf(prompt.Codes), Quantizers[0].CodebookSize);
        return new(this, settings, noise, prompt) { ExpectedFrames = expectedFrames, Kept = kept };
    }

    /// <summary>Checks the codes of frames, one a stream.</summary>
    /// <exception cref="ArgumentException">A code is not in the book.</exception>
    public static void CheckCodes(IEnumerable<int[]> frames, int codebookSize)
    {
        int index = 0;
        foreach (int[] frame in frames)
        {
            for (int i = 0; i < frame.Length; i++)
                CheckCode(frame[i], index, i, codebookSize);
            index++;
        }
    }

    /// <summary>Checks one code.</summary>
    /// <exception cref="ArgumentException">It is not in the book.</exception>
    public static void CheckCode(int code, int frame, int stream, int codebookSize)
    {
        if (code < 0 || code >= codebookSize)
        {
            throw new ArgumentException(
                $"Code {code} at frame {frame} of stream {stream} is not in the book of {codebookSize} codes.", nameof(code));
        }
    }

    /// <summary>The codes of each frame.</summary>
    private int[][] FramesOf(IReadOnlyList<int[]> codes)
    {
        if (codes.Count != Quantizers.Count)
            throw new ArgumentException($"{codes.Count} streams of codes for a codec of {Quantizers.Count}.", nameof(codes));
        if (codes.FirstOrDefault(stream => stream.Length != codes[0].Length) is { } other)
            throw new ArgumentException($"Streams of {codes[0].Length} and {other.Length} codes.", nameof(codes));
        return [.. codes[0].Select((_, t) => codes.Select(stream => stream[t]).ToArray())];
    }
}
