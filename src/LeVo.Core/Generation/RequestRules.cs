using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>The rules that every request is checked against, and the values of what it leaves open.</summary>
internal static class RequestRules
{
    private const string Duration = "duration";

    /// <summary>What contradicts itself in a request, or exceeds the model.</summary>
    public static IEnumerable<SongFinding> Check(SongRequest request, ModelInfo model)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request is { ProgressPath: not null, Seed: null })
            yield return Error("seed", "A song with a progress file needs a seed; it is resumed with the same.");
        if (request.Lyrics is null && request.Part != SongPart.Accompaniment)
            yield return Error("lyrics", "A song with a voice needs lyrics.");
        foreach (string problem in request.Options?.Problems() ?? [])
            yield return Error("options", problem);
        if (request.Duration is { } duration
            && (FramesOf(duration, model) < 1 || FramesOf(duration, model) > FramesOf(model.MaxDuration, model)))
        {
            yield return Error(Duration, $"The duration is {duration.TotalSeconds} s; a song lasts from one frame "
                + $"(1/{model.FrameRate} s) to {model.MaxDuration.TotalSeconds} s with this model.");
        }
        foreach (SongFinding finding in CheckSound(request))
            yield return finding;
    }

    /// <summary>The same of what only the sound depends on.</summary>
    public static IEnumerable<SongFinding> CheckSound(SongRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.WithStems && request.Part != SongPart.Mixed)
            yield return Error("stems", "Stems belong to a whole song, not to one of its tracks.");
        foreach (SongFinding finding in CheckSolver(request.DecoderEffort, request.DecoderSteps, request.DecoderGuidance))
            yield return finding;
    }

    /// <summary>The same of the settings of the codec's flow.</summary>
    public static IEnumerable<SongFinding> CheckSolver(DecoderEffort effort, int? steps, double? guidance)
    {
        if (!Enum.IsDefined(effort))
            yield return Error("decoder_effort", $"There is no decoder effort {effort}.");
        else if (effort != DecoderEffort.Exact && steps is not null)
            yield return Error("decoder_effort", $"The decoder's effort {effort} has its own number of steps; leave out the steps.");
        if (steps < 1)
            yield return Error("decoder_steps", $"The decoder can't take {steps} solver steps; it takes one at least.");
        if (guidance is { } coefficient && !double.IsFinite(coefficient))
            yield return Error("decoder_guidance", $"The decoder's guidance is {coefficient}; it must be finite.");
    }

    /// <summary>An error.</summary>
    public static SongFinding Error(string code, string message) => new(FindingSeverity.Error, code, message);

    /// <summary>Refuses a request that has errors.</summary>
    /// <exception cref="ArgumentException">There are; the message lists all.</exception>
    public static void Require(IReadOnlyList<SongFinding> findings)
    {
        SongFinding[] errors = [.. findings.Where(finding => finding.Severity == FindingSeverity.Error)];
        if (errors.Length == 0)
            return;
        string message = string.Join(' ', errors.Select(error => error.Message));
        throw errors is [{ Code: Duration }]
            ? new ArgumentOutOfRangeException("request", message)
            : new ArgumentException(message, "request");
    }

    /// <summary>Fills in a request's seed, duration and options. Settling a settled request changes nothing.</summary>
    public static SongRequest Settle(SongRequest request, ModelInfo model) => request with
    {
        Seed = request.Seed ?? (ulong)Random.Shared.NextInt64(),
        Duration = request.Duration ?? model.MaxDuration,
        Options = (request.Options ?? new()).Over(model.Options).Over(GenerationOptions.Released),
    };

    /// <summary>Whole frames in a playing time.</summary>
    public static Int128 FramesOf(TimeSpan duration, ModelInfo model) =>
        (Int128)duration.Ticks * model.FrameRate / TimeSpan.TicksPerSecond;
}
