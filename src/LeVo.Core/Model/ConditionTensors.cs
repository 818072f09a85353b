using LeVo.Core.Listings;

namespace LeVo.Core.Model;

/// <summary>The tables that embed the conditions (paper, section 3). Stack 1 and stack 2 share those of lyrics and
/// description; of the audio prompt each has its own part.</summary>
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

    /// <summary>Lyrics tokens to vectors.</summary>
    public EmbeddingTensors LyricsTokens { get; }

    /// <summary>Structure tags to vectors, which are added to those of the section's tokens.</summary>
    public EmbeddingTensors LyricsSections { get; }

    /// <summary>Description tokens to vectors.</summary>
    public EmbeddingTensors DescriptionTokens { get; }

    /// <summary>Prompt codes to vectors, one table a codebook.</summary>
    public IReadOnlyList<EmbeddingTensors> Prompt { get; }

    /// <summary>The vector before the prompt's codes in stack 1, <c>[1, width]</c>.</summary>
    public TensorInfo MixedPromptEnd { get; }

    /// <summary>The vector before the prompt's codes in stack 2, <c>[1, width]</c>.</summary>
    public TensorInfo TrackPromptEnd { get; }
}
