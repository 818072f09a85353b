using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Conditioning;

/// <summary>Converts conditions to ids of fixed length. Thread-safe.</summary>
internal sealed class ConditionPreparer
{
    private readonly LeLmConfig config;
    private readonly ITextTokenizer lyricsTokenizer;
    private readonly ITextTokenizer descriptionTokenizer;
    private readonly Dictionary<int, int> sections = [];

    /// <param name="config">Lengths and special ids.</param>
    /// <param name="lyricsTokenizer">The lyrics tokenizer, with the config's structure tags as tokens.</param>
    /// <param name="descriptionTokenizer">The description tokenizer, with the musicality tags if the text rules
    /// include them.</param>
    /// <exception cref="ArgumentException">A structure tag is unknown or has no row in the structure
    /// table.</exception>
    public ConditionPreparer(LeLmConfig config, ITextTokenizer lyricsTokenizer, ITextTokenizer descriptionTokenizer)
    {
        this.config = config;
        this.lyricsTokenizer = lyricsTokenizer;
        this.descriptionTokenizer = descriptionTokenizer;
        foreach (string tag in config.StructureTags.Where(tag => tag is ['[', .., ']']))
        {
            int id = lyricsTokenizer.IdOf(tag)
                ?? throw new ArgumentException($"The lyrics tokenizer has no token '{tag}'.", nameof(lyricsTokenizer));
            int row = id - config.StructureBase;
            if (row < 1 || row >= config.StructureRows)
            {
                throw new ArgumentException($"'{tag}' has the id {id}: minus {config.StructureBase}, that is not a row of a "
                    + $"structure table of {config.StructureRows}.", nameof(config));
            }
            sections[id] = row;
        }
        Nothing = Prepare(SongCondition.None);
    }

    /// <summary>Creates a preparer with the model's tokenizers.</summary>
    /// <param name="config">Lengths and special ids.</param>
    /// <param name="tokenizerFolder">Folder of the vocabulary.</param>
    public static ConditionPreparer Load(LeLmConfig config, string tokenizerFolder)
    {
        (Qwen2Tokenizer lyrics, Qwen2Tokenizer description) = TextTokenizers.Load(tokenizerFolder, config);
        return new(config, lyrics, description);
    }

    /// <summary>The ids of absent conditions.</summary>
    public ConditionIds Nothing { get; }

    /// <summary>Converts a song's conditions to ids.</summary>
    public ConditionIds Prepare(SongCondition conditions)
    {
        int[] lyrics = LyricsTokens(conditions.Lyrics), description = DescriptionTokens(conditions.Description);
        return new()
        {
            Lyrics = Fit(lyrics, config.LyricsLength, config.TextPadId),
            Sections = Fit(Sections(lyrics), config.LyricsLength, 0),
            Description = Fit(description, config.DescriptionLength, config.TextPadId),
            Prompt = PromptIds(conditions.Prompt),
            LyricsCount = lyrics.Length,
            DescriptionCount = description.Length,
        };
    }

    /// <summary>Returns the findings of the lyrics, including whether they are too long for the model.</summary>
    public IReadOnlyList<LyricsFinding> Check(Lyrics lyrics) =>
        lyrics.CheckLength(lyricsTokenizer, config.LyricsLength) is { } tooLong
            ? [tooLong, .. lyrics.Findings]
            : lyrics.Findings;

    /// <summary>The ids of an audio prompt, or of none.</summary>
    public long[] PromptIds(SongTokens? prompt) =>
        PromptCodes.Columns(PromptCodes.WithEnd(PromptCodes.Fit(prompt, config), config), config);

    /// <summary>All tokens of the lyrics, after the start token.</summary>
    internal int[] LyricsTokens(string? lyrics) => lyricsTokenizer.Encode(AddedTokens.TextStart + lyrics);

    /// <summary>All tokens of the description, after the start token.</summary>
    internal int[] DescriptionTokens(string? description) => descriptionTokenizer.Encode(AddedTokens.TextStart + description);

    /// <summary>The section of each token: that of the last preceding tag.</summary>
    internal int[] Sections(int[] lyrics)
    {
        var rows = new int[lyrics.Length];
        int current = 0;
        for (int i = 0; i < lyrics.Length; i++)
        {
            if (sections.TryGetValue(lyrics[i], out int row))
                current = row;
            rows[i] = current;
        }
        return rows;
    }

    internal static long[] Fit(int[] ids, int length, int fill)
    {
        var fitted = new long[length];
        for (int i = 0; i < length; i++)
            fitted[i] = i < ids.Length ? ids[i] : fill;
        return fitted;
    }
}
