using LeVo.Core.Audio;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Data;

/// <summary>A sampled song to score.</summary>
/// <param name="Condition">The condition it was sampled for.</param>
/// <param name="Tokens">Its codes.</param>
/// <param name="Seed">Its seed.</param>
public sealed record SongSample(SongCondition Condition, SongTokens Tokens, ulong Seed)
{
    /// <summary>The audio of the song; null if only tokens are scored.</summary>
    public Waveform? Mix { get; init; }

    /// <summary>The audio of the vocal alone; null if only tokens are scored.</summary>
    public Waveform? Vocal { get; init; }

    /// <summary>The audio of the accompaniment alone; null if only tokens are scored.</summary>
    public Waveform? Accompaniment { get; init; }

    /// <summary>Audio of the prompt, or null.</summary>
    public Waveform? PromptAudio { get; init; }

    /// <summary>The language of the lyrics as an ISO 639-1 code; null if it is unknown.</summary>
    public string? Language { get; init; }

    /// <summary>Decodes the sound that scorers read.</summary>
    /// <param name="codec">The model's codec.</param>
    /// <param name="parts">The parts to decode, for example those that a scorer names; parts that the sample already has
    /// are kept.</param>
    /// <param name="cancellationToken">Stops between two computations.</param>
    /// <returns>The sample with the sound of these parts, which is empty if the song has no frames.</returns>
    public async Task<SongSample> DecodeAsync(
        IMusicCodec codec, IEnumerable<SongPart> parts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(parts);
        SongSample sample = this;
        foreach (SongPart part in parts)
        {
            sample = part switch
            {
                SongPart.Mixed => sample with { Mix = sample.Mix ?? await Decode(part).ConfigureAwait(false) },
                SongPart.Vocal => sample with { Vocal = sample.Vocal ?? await Decode(part).ConfigureAwait(false) },
                _ => sample with { Accompaniment = sample.Accompaniment ?? await Decode(part).ConfigureAwait(false) },
            };
        }
        return sample;

        async Task<Waveform> Decode(SongPart part)
        {
            var blocks = new List<Waveform>();
            var options = new CodecDecodeOptions { Part = part };
            await foreach (Waveform block in codec.DecodeAsync(Tokens, options, null, cancellationToken).ConfigureAwait(false))
                blocks.Add(block);
            return blocks.Count > 0 ? Waveform.Concat(blocks) : Waveform.Silence(2, 0, codec.SampleRate);
        }
    }
}
