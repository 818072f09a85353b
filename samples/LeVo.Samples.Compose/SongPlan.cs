using LeVo.Core.Tokens;

namespace LeVo.Samples.Compose;

/// <summary>The songs that are asked for and can be made, as far as is known without the model.</summary>
/// <param name="Songs">The songs, in order, each take on its own.</param>
/// <param name="Bad">Number of records that cannot be used.</param>
internal sealed record SongPlan(IReadOnlyList<PlannedSong> Songs, int Bad)
{
    /// <summary>Reads all input.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="model">The model folder, or null where there is none.</param>
    /// <param name="problems">Receives what is wrong with songs.</param>
    /// <param name="warnings">Receives what is unusual.</param>
    /// <param name="notes">Receives what was changed in lyrics.</param>
    public static SongPlan Read(
        Arguments arguments, string? model, ICollection<string> problems, ICollection<string> warnings, ICollection<string> notes)
    {
        (IReadOnlyList<InputSong> inputs, int bad) = arguments.Input is { } file
            ? InputFile.Read(file, arguments.Type, problems, warnings, arguments.Songs.Lenient)
            : (OneSong(arguments, problems), 0);
        var songs = new List<PlannedSong>();
        SongTokens? tokens = Load("--tokens", arguments.Songs.Tokens, problems);
        SongTokens? beginning = Load("--continue", arguments.Songs.Continue, problems);
        if (beginning is not null && arguments.Songs.Keep is { } keep)
            beginning = beginning.Slice(0, (int)Math.Min(beginning.Frames, Math.Round(keep.TotalSeconds * beginning.FrameRate)));
        var prompts = new PromptPlan(arguments.Prompts, model, arguments.Setup.Root);
        foreach (InputSong input in inputs)
        {
            if (PlannedSong.Plan(input, arguments, warnings, problems, notes) is not { } song
                || prompts.Add(song, problems) is null)
            {
                bad++;
                continue;
            }
            song = song with { Request = song.Request with { Beginning = beginning }, Tokens = tokens };
            PlannedSong[] takes = arguments.Songs.Takes == 1 ? [song] : [.. Takes(song, arguments.Songs.Takes)];
            songs.AddRange(takes.Select(take => prompts.Add(take, problems)!));
        }
        foreach (IGrouping<string, PlannedSong> clash in songs.GroupBy(song => song.Input.Index, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1))
            problems.Add($"{clash.Last().Input.Place}: a take has the name '{clash.Key}' of another song.");
        return new(songs, bad);
    }

    private static InputSong[] OneSong(Arguments arguments, ICollection<string> problems)
    {
        if (arguments.Songs.LyricsFile is not { } path)
            return [InputSong.FromCommandLine(arguments.Lyrics, arguments.Description, arguments.Prompts.Song)];
        string? lyrics = TextFile.Read(path, "--lyrics-file", problems);
        return lyrics is null ? [] : [InputSong.FromCommandLine(lyrics, arguments.Description, arguments.Prompts.Song)];
    }

    /// <summary>The takes of a song: equal but for the seed and the name.</summary>
    private static IEnumerable<PlannedSong> Takes(PlannedSong song, int count)
    {
        for (int take = 0; take < count; take++)
        {
            ulong seed = unchecked(song.Request.Seed!.Value + (ulong)take);
            yield return song with
            {
                Input = song.Input.Take(take + 1, seed),
                Request = song.Request with { Seed = seed },
            };
        }
    }

    private static SongTokens? Load(string option, string? path, ICollection<string> problems)
    {
        if (path is null)
            return null;
        try
        {
            return SongTokens.Load(path);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            problems.Add($"{option}: {e.Message}");
            return null;
        }
    }
}
