using LeVo.Core.Listings;

namespace LeVo.Core.Model;

/// <summary>
/// The embedding tables of the conditions (paper, section 3). Both stacks share the tables of lyrics and description;
/// each has its own part of the audio prompt's.
/// </summary>
internal sealed class ConditionTensors
{
    /// <param name="mixed">Scope of the conditioners in the part of the mixed stack.</param>
    /// <param name="tracks">The same scope in the part of the AR decoder.</param>
    /// <param name="config">Sizes.</param>
    public ConditionTensors(TensorScope mixed, TensorScope tracks, LeLmConfig config)
    {
        int width = config.Width;
        TensorScope lyrics = mixed.Sub(ConditionNames.Lyrics);
        LyricsTokens = new(lyrics.Sub("output_proj"), config.LyricsVocabulary, width, TensorInit.Normal(1), config.TextPadId);
        LyricsSections = new(lyrics.Sub("structure_emb"), config.StructureRows, width, TensorInit.Normal(1), padding: 0);
        DescriptionTokens = new(mixed.Sub(ConditionNames.Description).Sub("output_proj"), config.DescriptionVocabulary,
            width, TensorInit.Normal(1), config.TextPadId);
        TensorScope mixedPrompt = mixed.Sub(ConditionNames.Prompt), trackPrompt = tracks.Sub(ConditionNames.Prompt);
        Prompt = [.. Enumerable.Range(0, config.Codebooks).Select(k => new EmbeddingTensors(
            (k == 0 ? mixedPrompt : trackPrompt).Sub("emb").Sub(k), config.PromptCodeSize + 2, width,
            TensorInit.Normal(1), config.PromptCodeSize + 1))];
        MixedPromptEnd = mixedPrompt.Add("EOT_emb", [1, width], TensorInit.Normal(1));
        TrackPromptEnd = trackPrompt.Add("layer2_EOT_emb", [1, width], TensorInit.Normal(1));
    }

    /// <summary>Embeddings of lyrics tokens.</summary>
    public EmbeddingTensors LyricsTokens { get; }

    /// <summary>Embeddings of structure tags, added to those of the section's tokens.</summary>
    public EmbeddingTensors LyricsSections { get; }

    /// <summary>Embeddings of description tokens.</summary>
    public EmbeddingTensors DescriptionTokens { get; }

    /// <summary>Embeddings of prompt codes, one table per codebook.</summary>
    public IReadOnlyList<EmbeddingTensors> Prompt { get; }

    /// <summary>The vector before the prompt's codes in stack 1, <c>[1, width]</c>.</summary>
    public TensorInfo MixedPromptEnd { get; }

    /// <summary>The vector before the prompt's codes in stack 2, <c>[1, width]</c>.</summary>
    public TensorInfo TrackPromptEnd { get; }
}
