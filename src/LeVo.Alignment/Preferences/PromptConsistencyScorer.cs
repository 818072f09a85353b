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
        ArgumentNullException.ThrowIfNull(sample);
        Waveform mix = sample.Mix
            ?? throw new ArgumentException("Prompt consistency needs the song's audio.", nameof(sample));
        float[] song = await embedder.EmbedAudioAsync(mix, cancellationToken).ConfigureAwait(false);
        var similarities = new List<double>();
        if (sample.Condition.Description is { Length: > 0 } text)
            similarities.Add(
                Cosine(song, await embedder.EmbedTextAsync(text, cancellationToken).ConfigureAwait(false)));
        if (sample.PromptAudio is { } prompt)
            similarities.Add(
                Cosine(song, await embedder.EmbedAudioAsync(prompt, cancellationToken).ConfigureAwait(false)));
        return similarities.Count > 0
            ? similarities.Average()
            : throw new ArgumentException("Prompt consistency needs a description or the prompt's audio.",
                nameof(sample));
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Length == b.Length
            ? TensorPrimitives.CosineSimilarity<float>(a, b)
            : throw new InvalidOperationException($"The embedder returned vectors of {a.Length} and {b.Length} numbers.");
}
