using System.Diagnostics;
using System.Runtime.CompilerServices;
using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Threading;
using LeVo.Core.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeVo.Core.Generation;

/// <summary>Generates songs as tokens with a loaded engine. Thread-safe; every call is a song of its own.</summary>
internal sealed partial class TokenGenerator : ITokenGenerator
{
    private readonly ILeLmEngine engine;
    private readonly ConditionPreparer preparer;
    private readonly ILogger logger;

    /// <param name="engine">The model, which stays the caller's.</param>
    /// <param name="preparer">Turns texts into the model's ids.</param>
    /// <param name="model">The model and its limits.</param>
    /// <param name="queue">The places of the model's songs.</param>
    /// <param name="logger">Receives the stages of every song, or null.</param>
    public TokenGenerator(
        ILeLmEngine engine, ConditionPreparer preparer, ModelInfo model, SongQueue queue, ILogger? logger = null)
    {
        (this.engine, this.preparer, Model, Queue) = (engine, preparer, model, queue);
        this.logger = logger ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public ModelInfo Model { get; }

    /// <summary>The places of the model's songs.</summary>
    internal SongQueue Queue { get; }

    /// <summary>Where the model computes.</summary>
    internal string Device => engine.Device;

    /// <summary>Time between two saves of a progress file.</summary>
    internal TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IReadOnlyList<SongFinding> Check(SongRequest request)
    {
        List<SongFinding> findings = [.. RequestRules.Check(request, Model)];
        findings.AddRange(TokenPlan.Check(request, engine.Config, Model));
        if (request.Lyrics is { } lyrics && request.Part != SongPart.Accompaniment)
            findings.AddRange(preparer.Check(lyrics));
        findings.AddRange(Description.Check(request.Description));
        return findings;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<TokenFrame> GenerateFramesAsync(SongRequest request,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Write(request, (plan, file) => Generate(plan, file, Queue, progress, cancellationToken), cancellationToken);

    /// <summary>Generates a song that has its place.</summary>
    /// <param name="request">The song.</param>
    /// <param name="onCallersThread">Whether a frame is computed by the one who asks for it, and none ahead; otherwise the song
    /// has a thread of its own.</param>
    /// <param name="progress">Receives the stages.</param>
    /// <param name="cancellationToken">Stops within a step.</param>
    internal IAsyncEnumerable<TokenFrame> GenerateFramesAsync(SongRequest request, bool onCallersThread,
        IProgress<GenerationProgress>? progress, CancellationToken cancellationToken)
    {
        Activity? parent = Activity.Current;
        return Write(request, (plan, file) => onCallersThread
            ? GenerateHere(plan, file, progress, parent, cancellationToken)
            : Generate(plan, file, queue: null, progress, cancellationToken), cancellationToken);
    }

    private IAsyncEnumerable<TokenFrame> Write(SongRequest request,
        Func<TokenPlan, SongProgressFile?, IAsyncEnumerable<TokenFrame>> generate, CancellationToken cancellationToken)
    {
        IReadOnlyList<SongFinding> findings = Check(request);
        RequestRules.Require(findings);
        TokenPlan plan = TokenPlan.Create(request, engine.Config, Model);
        SongProgressFile? file = request.ProgressPath is { } path
            ? new(path, plan, Model, TimeProvider.System, SaveInterval, logger)
            : null;
        LogRequest(request, plan, findings);
        return file?.IsFinished == true
            ? Replay(file.Song, cancellationToken)
            : generate(plan, file);
    }

    /// <summary>Collects a song's frames.</summary>
    /// <exception cref="GenerationCanceledException">It was cancelled; holds the frames that were finished.</exception>
    internal static async Task<SongTokens> CollectAsync(
        IAsyncEnumerable<TokenFrame> song, int frameRate, CancellationToken cancellationToken)
    {
        var frames = new List<TokenFrame>();
        try
        {
            await foreach (TokenFrame frame in song.ConfigureAwait(false))
                frames.Add(frame);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new GenerationCanceledException(SongTokens.FromFrames(frames, frameRate), e, cancellationToken);
        }
        return SongTokens.FromFrames(frames, frameRate);
    }

    private async IAsyncEnumerable<TokenFrame> Generate(TokenPlan plan, SongProgressFile? file, SongQueue? queue,
        IProgress<GenerationProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using SongQueue.Place? place =
            queue is null ? null : await queue.EnterAsync(cancellationToken).ConfigureAwait(false);
        // All frames may wait: a reader who takes his time holds up no other song.
        await foreach (TokenFrame frame in DedicatedThread.Produce<TokenFrame>(Write, plan.Frames, cancellationToken)
            .ConfigureAwait(false))
        {
            yield return frame;
        }

        void Write(Action<TokenFrame> handOut, CancellationToken token)
        {
            using (place)
            {
                foreach (TokenFrame frame in WriteSong(plan, file, progress, Activity.Current, token))
                    handOut(frame);
            }
        }
    }

    /// <summary>Generates a song on the threads of those who ask for its frames; never waits.</summary>
    private async IAsyncEnumerable<TokenFrame> GenerateHere(TokenPlan plan, SongProgressFile? file,
        IProgress<GenerationProgress>? progress, Activity? parent, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (TokenFrame frame in WriteSong(plan, file, progress, parent, cancellationToken))
            yield return frame;
    }

    /// <summary>Generates a song to its end, frame by frame on the calling thread.</summary>
    private IEnumerable<TokenFrame> WriteSong(TokenPlan plan, SongProgressFile? file, IProgress<GenerationProgress>? progress,
        Activity? parent, CancellationToken cancellationToken)
    {
        using var clock = new StageClock(progress, parent);
        LogStarted(plan.Frames, plan.Seed);
        using TokenLoop loop = Start(plan, file);
        int frames = 0;
        try
        {
            while (Next(loop, file, clock, cancellationToken) is { } frame)
            {
                frames++;
                file?.Add(frame);
                clock.Pause();
                yield return frame;
                clock.Continue();
            }
            file?.Finish();
        }
        finally
        {
            file?.Save();
        }
        LogFinished(frames, loop.Session.StepsDone, clock.Total.TotalSeconds);
    }

    /// <summary>The frames of a song that is finished already.</summary>
    private static async IAsyncEnumerable<TokenFrame> Replay(
        SongTokens song, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        for (int t = 0; t < song.Frames; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return song[t];
        }
    }

    private TokenLoop Start(TokenPlan plan, SongProgressFile? file)
    {
        LeLmConfig config = engine.Config;
        var session = new GenerationSession(config, plan.Frames, plan.Options, plan.Seed, plan.Banned,
            file?.Beginning ?? plan.Beginning.ToRows());
        file?.Begin(session);
        ILeLmSequence sequence = engine.Start(preparer.Prepare(plan.Condition),
            preparer.Prepare(plan.Condition.ToAbsent()), config.CreatePattern(plan.Frames).Columns - 1);
        return new(sequence, session, config);
    }

    /// <summary>Takes steps until a frame is complete; null at the end of the song.</summary>
    private TokenFrame? Next(
        TokenLoop loop, SongProgressFile? file, StageClock clock, CancellationToken cancellationToken)
    {
        GenerationSession session = loop.Session;
        while (true)
        {
            if (session.TryTakeFrame() is { } frame)
                return frame;
            if (session.Complete)
                return null;
            cancellationToken.ThrowIfCancellationRequested();
            bool prefill = session.StepsDone == 0;
            if (prefill)
                clock.Begin(SongStage.Prefill, engine.Config.PrefixLength);
            loop.Step(clock.Report, cancellationToken);
            if (prefill)
            {
                clock.Report(engine.Config.PrefixLength);
                LogPrefilled(engine.Config.PrefixLength, clock.Elapsed.TotalSeconds);
                clock.Begin(SongStage.Tokens, session.StepsTotal, session.StepsBefore);
            }
            file?.SaveIfDue();
            clock.Report(session.StepsDone);
        }
    }

    private void LogRequest(SongRequest request, TokenPlan plan, IReadOnlyList<SongFinding> findings)
    {
        if (plan.Options.TopK is { } topK && topK > engine.Config.Classes)
            LogTopKClamped(topK, engine.Config.Classes);
        foreach (SongFinding finding in findings)
        {
            if (finding.Severity == FindingSeverity.Information)
                LogInformation(finding.Code);
            else if (finding is LyricsFinding found)
                LogLyricsFinding(found.Code, SectionOf(request.Lyrics!, found), found.Line, found.Column);
            else
                LogFinding(finding.Code);
            LogFindingText(finding.Message);
        }
        LogTexts(plan.Condition.Lyrics, plan.Condition.Description);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Generating a song of at most {Frames} frames, seed {Seed}.")]
    private partial void LogStarted(int frames, ulong seed);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Read {Positions} positions of conditions in {Seconds:F1} s.")]
    private partial void LogPrefilled(int positions, double seconds);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Generated {Frames} frames in {Steps} steps and {Seconds:F1} s.")]
    private partial void LogFinished(int frames, int steps, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Top-k {TopK} is clamped to the model's {Classes} classes.")]
    private partial void LogTopKClamped(int topK, int classes);

    /// <summary>Number and tag of a section; what is no tag of the model's is the user's words, which are not
    /// logged.</summary>
    private static string SectionOf(Lyrics lyrics, LyricsFinding finding)
    {
        if (finding.Section is not { } index)
            return "(none)";
        LyricsSection section = lyrics.Sections[index];
        return section.Kind == LyricsSectionKind.Unknown ? $"{index + 1}" : $"{index + 1} {section.Tag}";
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The lyrics have a finding '{Code}' in section {Section}, at line {Line}, column {Column}.")]
    private partial void LogLyricsFinding(string code, string section, int line, int column);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The lyrics have been read with a change '{Code}'.")]
    private partial void LogInformation(string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The request has a finding '{Code}'.")]
    private partial void LogFinding(string code);

    [LoggerMessage(Level = LogLevel.Trace, Message = "The finding in full: {Message}")]
    private partial void LogFindingText(string message);

    [LoggerMessage(Level = LogLevel.Trace,
        Message = "The model reads the lyrics '{Lyrics}' and the description '{Description}'.")]
    private partial void LogTexts(string? lyrics, string? description);
}
