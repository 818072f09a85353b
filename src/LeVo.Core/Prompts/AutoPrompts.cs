using LeVo.Core.Checkpoints;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Numerics;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Prompts;

/// <summary>
/// Ready-made prompts by genre, of which one is drawn for a song: codes that need neither separator nor encoder. Immutable and
/// thread-safe.
/// </summary>
public sealed class AutoPrompts
{
    /// <summary>The names of released files and of ours, in the order of the search.</summary>
    private static readonly string[] FileNames =
        ["auto_prompts.safetensors", "tools/new_auto_prompt.pt", "new_auto_prompt.pt", "ckpt/prompt.pt", "prompt.pt"];

    /// <summary>The language of lists without one.</summary>
    internal const string AnyLanguage = "";

    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<SongTokens>>> lists;

    internal AutoPrompts(
        string path, IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<SongTokens>>> lists) =>
        (Path, this.lists) = (path, lists);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The genres of the file, in its order.</summary>
    public IReadOnlyList<string> Genres => [.. lists.Keys];

    /// <summary>Reads a file: both released layouts, or the safetensors form of <see cref="Save"/>.</summary>
    /// <exception cref="InvalidDataException">The file is something else; the message names the file and the entry.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static AutoPrompts Load(string path, int frameRate = 25) => AutoPromptFile.Read(path, frameRate);

    /// <summary>Looks for a file beside the model and in the folders in which its other files are looked up.</summary>
    /// <param name="modelPath">The model folder.</param>
    /// <param name="extraRoot">One more folder, or null.</param>
    /// <param name="tried">Every path that was tried.</param>
    public static string? Find(string modelPath, string? extraRoot, out IReadOnlyList<string> tried)
    {
        string[] places =
        [
            .. from folder in SearchedFolders.Of(System.IO.Path.GetFullPath(ModelFolder.Locate(modelPath)), extraRoot)
               from name in FileNames
               select System.IO.Path.Combine(folder, name),
        ];
        tried = places;
        return Array.Find(places, File.Exists);
    }

    /// <summary>Draws a prompt.</summary>
    /// <param name="genre">One of <see cref="Genres"/>.</param>
    /// <param name="lyrics">The words with tags, by which the language is chosen: Chinese where a fifth of the characters are
    /// Chinese, otherwise English, also for null.</param>
    /// <param name="seed">The song's seed; equal seeds draw equal prompts.</param>
    /// <exception cref="ArgumentException">The file has no such genre, or nothing of it in the language; the message names
    /// both.</exception>
    public SongPrompt Draw(string genre, string? lyrics, ulong seed)
    {
        if (Problem(genre, lyrics) is { } problem)
            throw new ArgumentException(problem, nameof(genre));
        IReadOnlyList<SongTokens> list = Of(genre, lyrics);
        double draw = new PositionRandom(new PositionRandom(seed).Fork("auto prompt")).Next(0, 0);
        return new(list[(int)(draw * list.Count)]);
    }

    /// <summary>Why <see cref="Draw"/> would fail, or null.</summary>
    /// <param name="genre">The genre.</param>
    /// <param name="lyrics">As for <see cref="Draw"/>.</param>
    public string? Problem(string genre, string? lyrics)
    {
        ArgumentNullException.ThrowIfNull(genre);
        if (!lists.ContainsKey(genre))
            return $"'{Path}' has no genre '{genre}'; it has {string.Join(", ", Genres)}.";
        return Of(genre, lyrics).Count == 0
            ? $"'{Path}' has no prompt of the genre '{genre}' in the language '{LanguageOf(lyrics)}'."
            : null;
    }

    /// <summary>Writes a safetensors file atomically: one tensor <c>[3, frames]</c> of 32-bit integers each prompt, with names
    /// <c>genre/language/index</c>; without a language the middle part is empty.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Save(string path) => SafetensorsWriter.Write(path,
        from genre in lists
        from language in genre.Value
        from item in language.Value.Index()
        select SongTokensFile.ToTensor($"{genre.Key}/{language.Key}/{item.Index:D4}", item.Item));

    private IReadOnlyList<SongTokens> Of(string genre, string? lyrics) =>
        lists[genre].GetValueOrDefault(AnyLanguage) ?? lists[genre].GetValueOrDefault(LanguageOf(lyrics)) ?? [];

    private static string LanguageOf(string? lyrics) => string.IsNullOrEmpty(lyrics) ? "en" : SongLanguage.Detect(lyrics);
}
