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

    /// <summary>Starts a request.</summary>
    /// <param name="codes">One array of equal length a stream.</param>
    /// <param name="settings">Windows and solver.</param>
    /// <param name="noise">The request's noise: one draw for a prompt, then one a window.</param>
    /// <param name="prompt">Sound to continue, or null.</param>
    /// <exception cref="ArgumentException">Codes that are not in the books, streams of different lengths, or a prompt longer
    /// than a window's hop.</exception>
    public SoundDecoding Start(
        IReadOnlyList<int[]> codes, SoundSettings settings, INoiseSource noise, SoundPrompt? prompt = null)
    {
        if (codes.Count != Quantizers.Count || (prompt is not null && prompt.Codes.Count != Quantizers.Count))
            throw new ArgumentException($"{codes.Count} streams of codes for a codec of {Quantizers.Count}.", nameof(codes));
        if (codes[0].Length == 0)
            throw new ArgumentException("There are no codes.", nameof(codes));
        int codebookSize = Quantizers[0].CodebookSize;
        CheckCodes(codes, codebookSize);
        if (prompt is not null)
            CheckCodes(prompt.Codes, codebookSize);
        return new(this, codes, settings, noise, prompt);
    }

    /// <exception cref="ArgumentException">Streams of different lengths, or a code that is not in the book.</exception>
    public static void CheckCodes(IReadOnlyList<int[]> codes, int codebookSize)
    {
        for (int i = 0; i < codes.Count; i++)
        {
            if (codes[i].Length != codes[0].Length)
                throw new ArgumentException($"Streams of {codes[0].Length} and {codes[i].Length} codes.", nameof(codes));
            int wrong = Array.FindIndex(codes[i], code => code < 0 || code >= codebookSize);
            if (wrong >= 0)
            {
                throw new ArgumentException(
                    $"Code {codes[i][wrong]} at frame {wrong} of stream {i} is not in the book of {codebookSize} codes.", nameof(codes));
            }
        }
    }
}
