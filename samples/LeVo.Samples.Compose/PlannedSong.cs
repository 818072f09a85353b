using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Prompts;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Samples.Compose;

/// <summary>A song whose texts have been checked.</summary>
internal sealed record PlannedSong(InputSong Input, SongRequest Request)
{
    /// <summary>What is made of it.</summary>
    public SongType Type { get; init; }

    /// <summary>Tokens that are decoded; null if they are to be generated.</summary>
    public SongTokens? Tokens { get; init; }

    /// <summary>Where its audio prompt comes from, or null.</summary>
    public SongPromptOrigin? PromptOrigin { get; init; }

    /// <summary>Checks a song's texts before the model is loaded; null if there are errors.</summary>
    /// <param name="song">The song.</param>
    /// <param name="arguments">What is made of it.</param>
    /// <param name="warnings">Receives warnings.</param>
    /// <param name="problems">Receives errors; with <c>--strict</c> the warnings too.</param>
    /// <param name="notes">Receives what was changed in the lyrics.</param>
    public static PlannedSong? Plan(InputSong song, Arguments arguments, ICollection<string> warnings,
        ICollection<string> problems, ICollection<string>? notes = null)
    {
        SongType type = song.Type ?? arguments.Type;
        int before = problems.Count;
        foreach (SongFinding finding in Description.Check(song.Description))
            (arguments.Strict ? problems : warnings).Add($"{song.DescriptionPlace}: {finding.Message}");
        // Instrumental music is made without the words, so that they may be anything.
        Lyrics? lyrics = type == SongType.Bgm || arguments.Songs.Tokens is not null
            ? null
            : Parse(song, arguments, warnings, problems, notes ?? []);
        return problems.Count > before ? null : new(song, new()
        {
            Lyrics = lyrics,
            Description = song.Description,
            Duration = song.Duration ?? arguments.Duration,
            Seed = song.Seed ?? arguments.Seed,
            Part = type.Part(),
            WithStems = type == SongType.Separate,
            Options = arguments.Songs.Sampling,
            DecoderEffort = arguments.Songs.DecoderEffort,
            DecoderSteps = arguments.Songs.DecoderSteps,
            DecoderGuidance = arguments.Songs.DecoderGuidance,
        })
        {
            Type = type,
        };
    }

    /// <summary>Why a model refuses the song.</summary>
    public IEnumerable<string> Errors(LoadedModel model)
    {
        IEnumerable<SongFinding> findings = Tokens is not null ? [] : model.Generator.Check(Request);
        if (Input.Prompt is { Genre: null } recordings)
            findings = findings.Concat(model.Prompts!.Check(recordings.HasVocal));
        return findings.Where(finding => finding.Severity == FindingSeverity.Error)
            .Select(finding => $"{Input.Place ?? Input.Index}: {finding.Message}");
    }

    /// <summary>The request with its audio prompt, which is read now if it is a recording.</summary>
    /// <param name="prompts">Loads recordings.</param>
    /// <param name="cancellation">Stops the loading.</param>
    /// <exception cref="ArgumentException">The recordings can't be read, separated or encoded; the message tells
    /// why.</exception>
    public async Task<SongRequest> WithPromptAsync(PromptLoader? prompts, CancellationToken cancellation)
    {
        if (Input.Prompt is not { Genre: null } recordings)
            return Request;
        try
        {
            SongPrompt prompt = await prompts!.LoadAsync(await Task.Run(recordings.Read, cancellation), cancellation);
            return Request with { Prompt = prompt with { Origin = PromptOrigin } };
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException
            or ModelLoadException or NotSupportedException)
        {
            throw new ArgumentException(e.Message, e);
        }
    }

    /// <summary>What a model finds in the lyrics beyond what was found without it.</summary>
    public IEnumerable<string> Check(Func<Lyrics, IReadOnlyList<LyricsFinding>> model) => Request.Lyrics is { } lyrics
        ? model(lyrics).Except(lyrics.Findings).Select(finding => Text(Input, finding))
        : [];

    private static Lyrics? Parse(InputSong song, Arguments arguments, ICollection<string> warnings,
        ICollection<string> problems, ICollection<string> notes)
    {
        try
        {
            Lyrics lyrics = Lyrics.Parse(song.Lyrics, arguments.Songs.Dialect, arguments.Strict);
            Add(lyrics.Findings);
            return lyrics;
        }
        catch (LyricsFormatException e)
        {
            Add(e.Findings);
            return null;
        }

        void Add(IEnumerable<LyricsFinding> findings)
        {
            foreach (LyricsFinding finding in findings)
            {
                ICollection<string> messages = finding.Severity switch
                {
                    FindingSeverity.Error => problems,
                    FindingSeverity.Warning => warnings,
                    _ => notes,
                };
                messages.Add(Text(song, finding) + (finding.Code == "no_vocal_section" ? " That is --type bgm." : ""));
            }
        }
    }

    private static string Text(InputSong song, LyricsFinding finding) =>
        $"{song.LyricsPlace}, line {finding.Line}, column {finding.Column}: {finding.Message}";
}
