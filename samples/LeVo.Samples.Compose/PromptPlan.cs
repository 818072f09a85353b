using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Prompts;

namespace LeVo.Samples.Compose;

/// <summary>
/// Checks the audio prompts of songs before the model is loaded: a recording that can't be read, or a genre that does not
/// exist, costs its songs alone.
/// </summary>
/// <param name="setup">Where prompts come from.</param>
/// <param name="model">The model folder, or null where there is none.</param>
/// <param name="root">One more folder to look in, or null.</param>
internal sealed class PromptPlan(PromptSetup setup, string? model, string? root)
{
    // Many songs may have the same prompt: each is read once.
    private readonly Dictionary<AudioPrompt, (SongPromptOrigin? Origin, string? Problem)> recordings = [];
    private (AutoPrompts? Prompts, SongPromptOrigin? Origin, string? Problem)? file;

    /// <summary>The song with the origin of its prompt and, of a genre, the prompt itself; null if there are problems.</summary>
    /// <param name="song">The song.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public PlannedSong? Add(PlannedSong song, ICollection<string> problems)
    {
        if (song.Input.Prompt is not { } prompt)
            return song;
        if (prompt.Genre is not { } genre)
        {
            if (!recordings.TryGetValue(prompt, out (SongPromptOrigin? Origin, string? Problem) read))
                recordings.Add(prompt, read = Read(prompt));
            return read.Origin is { } origin ? song with { PromptOrigin = origin } : Refuse(read.Problem!);
        }
        file ??= Open(prompt);
        if (file.Value.Prompts is not { } prompts)
            return Refuse(file.Value.Problem!);
        if (prompts.Problem(genre, song.Input.Lyrics) is { } missing)
            return Refuse(missing);
        SongPrompt drawn = prompts.Draw(genre, song.Input.Lyrics, song.Request.Seed!.Value) with
        {
            Origin = file.Value.Origin! with { Genre = genre },
        };
        return song with { Request = song.Request with { Prompt = drawn }, PromptOrigin = drawn.Origin };

        PlannedSong? Refuse(string problem)
        {
            string? field = prompt.Genre is null ? null
                : (song.Input.Place is null ? AudioPrompt.Options : AudioPrompt.Fields).Genre;
            problems.Add(string.Join(": ", new[] { song.Input.Place, field, problem }.OfType<string>()));
            return null;
        }
    }

    private static (SongPromptOrigin? Origin, string? Problem) Read(AudioPrompt prompt)
    {
        try
        {
            prompt.Read();
            return (prompt.Origin(), null);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return (null, e.Message);
        }
    }

    private (AutoPrompts? Prompts, SongPromptOrigin? Origin, string? Problem) Open(AudioPrompt prompt)
    {
        try
        {
            IReadOnlyList<string> tried = [];
            if ((setup.AutoPrompts ?? (model is null ? null : AutoPrompts.Find(model, root, out tried))) is { } path)
                return (AutoPrompts.Load(path), prompt.Origin(path), null);
            return (null, null, "there is no file of ready-made prompts; name one with --auto-prompts. Looked for: "
                + string.Join(", ", tried.Select(place => $"'{place}'")));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ModelLoadException)
        {
            return (null, null, e.Message);
        }
    }
}
