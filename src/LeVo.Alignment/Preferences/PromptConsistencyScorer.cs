using System.Numerics.Tensors;
using LeVo.Alignment.Data;
using LeVo.Core.Audio;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Preferences;

/// <summary>
/// Strategy 2 (paper, section 3.5): cosine similarity of the song with the description, with the audio prompt, or the
/// mean of both if both exist.
/// </summary>
internal sealed class PromptConsistencyScorer(IAudioTextEmbedder embedder) : IPreferenceScorer
{
    /// <inheritdoc/>
    public string Strategy => PreferenceStrategies.PromptConsistency;

    /// <inheritdoc/>
    public string Name => $"similarity({embedder.GetType().Name})";

    /// <inheritdoc/>
    public IReadOnlyList<SongPart> Parts => [SongPart.Mixed];

    /// <inheritdoc/>
    public async Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken = default)
    {
        PromptSimilarity found = await CompareAsync(sample, cancellationToken).ConfigureAwait(false);
        return (found.Text, found.Prompt) switch
        {
            ({ } text, { } prompt) => (text + prompt) / 2,
            ({ } text, null) => text,
            (null, { } prompt) => prompt,
            _ => throw new ArgumentException(
                "Prompt consistency needs a description that the embedder reads, or the prompt's audio.", nameof(sample)),
        };
    }

    /// <summary>Compares a song with what it was asked to be.</summary>
    /// <exception cref="ArgumentException">The sample has no mix.</exception>
    public async Task<PromptSimilarity> CompareAsync(SongSample sample, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sample);
        Waveform mix = sample.Mix
            ?? throw new ArgumentException("Prompt consistency needs the song's audio.", nameof(sample));
        float[] song = await embedder.EmbedAudioAsync(mix, cancellationToken).ConfigureAwait(false);
        return new(song,
            sample.Condition.Description is { Length: > 0 } text
                && await EmbedAsync(text, cancellationToken).ConfigureAwait(false) is { } description
                    ? Cosine(song, description) : null,
            sample.PromptAudio is { } prompt
                ? Cosine(song, await embedder.EmbedAudioAsync(prompt, cancellationToken).ConfigureAwait(false)) : null);
    }

    private async Task<float[]?> EmbedAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            return await embedder.EmbedTextAsync(text, cancellationToken).ConfigureAwait(false);
        }
        catch (NotSupportedException)
        {
            return null; // an embedder of audio alone still compares a song with its audio prompt
        }
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Length == b.Length
            ? TensorPrimitives.CosineSimilarity<float>(a, b)
            : throw new InvalidOperationException($"The embedder returned vectors of {a.Length} and {b.Length} numbers.");
}

/// <summary>How near a song is to its prompts.</summary>
/// <param name="Song">The song's embedding.</param>
/// <param name="Text">Cosine similarity with the description; null without one.</param>
/// <param name="Prompt">Cosine similarity with the audio prompt; null without one.</param>
internal sealed record PromptSimilarity(float[] Song, double? Text, double? Prompt);
