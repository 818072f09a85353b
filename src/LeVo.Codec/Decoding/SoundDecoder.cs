using LeVo.Codec.Flow;
using LeVo.Codec.Quantization;
using LeVo.Codec.Vae;

namespace LeVo.Codec.Decoding;

/// <summary>
/// Codes to stereo sound: windows of codes become latents by flow matching, each window continuing the one before, and
/// latents become sound. Immutable and thread-safe; what belongs to one request lives in a <see cref="SoundDecoding"/>.
/// </summary>
/// <param name="Flow">From codes' vectors to latents.</param>
/// <param name="Quantizers">From codes to vectors, one a stream.</param>
/// <param name="Vae">From latents to sound.</param>
internal sealed record SoundDecoder(
    FlowMatchingDecoder Flow, IReadOnlyList<ResidualVectorQuantizer> Quantizers, OobleckVae Vae)
{
    /// <summary>Frames a second.</summary>
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
        CheckCodes(codes, nameof(codes));
        if (prompt is not null)
            CheckCodes(prompt.Codes, nameof(prompt));
        return new(this, codes, settings, noise, prompt);
    }

    private void CheckCodes(IReadOnlyList<int[]> codes, string name)
    {
        if (codes.Count != Quantizers.Count)
            throw new ArgumentException($"{codes.Count} streams of codes for a codec of {Quantizers.Count}.", name);
        for (int i = 0; i < codes.Count; i++)
        {
            if (codes[i].Length == 0 || codes[i].Length != codes[0].Length)
                throw new ArgumentException("The streams are empty or of different lengths.", name);
            int wrong = Array.FindIndex(codes[i], code => code < 0 || code >= Quantizers[i].CodebookSize);
            if (wrong >= 0)
            {
                throw new ArgumentException($"Code {codes[i][wrong]} at frame {wrong} of stream {i} is not in the book of " +
                    $"{Quantizers[i].CodebookSize} codes.", name);
            }
        }
    }
}
