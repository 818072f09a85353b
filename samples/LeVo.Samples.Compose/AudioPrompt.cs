using System.Security.Cryptography;
using LeVo.Core.Generation;
using LeVo.Core.Prompts;

namespace LeVo.Samples.Compose;

/// <summary>The audio prompt of a song: recordings, or a genre of the auto prompts.</summary>
/// <param name="Mix">The file of the whole recording, or null.</param>
/// <param name="Vocal">The file of its voice, or null.</param>
/// <param name="Accompaniment">The file of everything else, or null.</param>
/// <param name="Genre">A genre of the auto prompts, or null.</param>
internal sealed record AudioPrompt(string? Mix, string? Vocal, string? Accompaniment, string? Genre)
{
    /// <summary>The fields of a record.</summary>
    public static readonly AudioPrompt Fields =
        new("prompt_audio_path", "prompt_vocal_path", "prompt_bgm_path", "auto_prompt_audio_type");

    /// <summary>The options of the command line.</summary>
    public static readonly AudioPrompt Options = new("--prompt", "--prompt-vocal", "--prompt-bgm", "--prompt-genre");

    /// <summary>Whether it has a vocal of its own, so that no separator is needed.</summary>
    public bool HasVocal => Vocal is not null;

    /// <summary>The four values in the order of the parameters.</summary>
    public string?[] InOrder() => [Mix, Vocal, Accompaniment, Genre];

    /// <summary>Checks what is given, and finds the files.</summary>
    /// <param name="given">The values; empty ones count as not given.</param>
    /// <param name="names">What the values are called, for messages.</param>
    /// <param name="folder">The folder of relative paths, before the current one; null for the current one alone.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The prompt with the paths of existing files; null if nothing is given, or something is wrong.</returns>
    public static AudioPrompt? Find(AudioPrompt given, AudioPrompt names, string? folder, ICollection<string> problems)
    {
        int before = problems.Count;
        string? mix = Text(given.Mix), vocal = Text(given.Vocal), accompaniment = Text(given.Accompaniment), genre = Text(given.Genre);
        if ((mix ?? vocal ?? accompaniment) is not null && genre is not null)
            problems.Add($"{(mix is not null ? names.Mix : names.Vocal)} and {names.Genre} exclude each other.");
        else if (accompaniment is not null && vocal is null)
            problems.Add($"{names.Accompaniment} needs {names.Vocal}.");
        else if (vocal is not null && (mix ?? accompaniment) is null)
            problems.Add($"{names.Vocal} needs the whole recording, {names.Mix}, or the rest of it, {names.Accompaniment}.");
        var found = new AudioPrompt(
            File(mix, names.Mix!), File(vocal, names.Vocal!), File(accompaniment, names.Accompaniment!), genre);
        return problems.Count > before || found == new AudioPrompt(null, null, null, null) ? null : found;

        static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

        string? File(string? path, string name)
        {
            if (path is null)
                return null;
            if (path.Contains('\0', StringComparison.Ordinal))
            {
                problems.Add($"{name} is no path.");
                return null;
            }
            string[] places = [.. new[] { folder, Directory.GetCurrentDirectory() }.OfType<string>()
                .Select(place => Path.GetFullPath(path, Path.GetFullPath(place))).Distinct()];
            if (Array.Find(places, System.IO.File.Exists) is { } file)
                return file;
            problems.Add($"{name}: there is no file {string.Join(" and no ", places.Select(place => $"'{place}'"))}.");
            return null;
        }
    }

    /// <summary>Reads the recordings.</summary>
    /// <exception cref="InvalidDataException">A file is no recording.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public PromptAudio Read() => PromptAudio.Read(Mix, Vocal, Accompaniment);

    /// <summary>Where the prompt comes from.</summary>
    /// <param name="autoPrompts">The file of a genre's prompts; null for recordings.</param>
    /// <exception cref="IOException">A file can't be read.</exception>
    public SongPromptOrigin Origin(string? autoPrompts = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string? path in (string?[])[autoPrompts ?? Mix, Vocal, Accompaniment])
        {
            if (path is not null)
            {
                using FileStream file = File.OpenRead(path);
                hash.AppendData(SHA256.HashData(file));
            }
            else
                hash.AppendData(new byte[SHA256.HashSizeInBytes]);
        }
        return new(Convert.ToHexStringLower(hash.GetHashAndReset()), autoPrompts ?? Mix, Vocal, Accompaniment, Genre);
    }
}
