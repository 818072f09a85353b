using System.Runtime.CompilerServices;
using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeVo.Core.Generation;

/// <summary>Writes songs with a loaded model. Thread-safe; every call is a song of its own.</summary>
public sealed partial class TokenGenerator : ITokenGenerator
{
    private const int Streams = 3;
    private readonly LeVoModel model;
    private readonly ILogger logger;

    /// <summary>Uses a model, which stays the caller's.</summary>
    public TokenGenerator(LeVoModel model, ILogger<TokenGenerator>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        this.logger = logger ?? NullLogger<TokenGenerator>.Instance;
    }

    /// <inheritdoc/>
    public ModelInfo Model => model.Info;

    /// <inheritdoc/>
    public IAsyncEnumerable<TokenFrame> GenerateFramesAsync(SongRequest request,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        TokenPlan plan = TokenPlan.Of(request, model.Config, model.Info.Options);
        CheckpointKeeper? keeper = request.CheckpointPath is { } path
            ? new(path, plan, model.Info, TimeProvider.System, CheckpointInterval, logger)
            : null;
        LogRequest(request, plan);
        return keeper?.IsFinished == true
            ? Known(keeper.Codes, cancellationToken)
            : Run(keeper is null ? plan : plan with { Beginning = keeper.Codes }, keeper, progress, cancellationToken);
    }

    /// <summary>Time between two saves of a checkpoint.</summary>
    internal TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(2);

    private async IAsyncEnumerable<TokenFrame> Run(TokenPlan plan, CheckpointKeeper? keeper,
        IProgress<GenerationProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var clock = new StageClock(progress);
        LogStarted(plan.Frames, plan.Seed);
        using GenerationSession session =
            await Task.Run(() => Start(plan, keeper), cancellationToken).ConfigureAwait(false);
        int index = 0;
        try
        {
            // Each piece of work is synchronous on one pool thread: TorchSharp's scopes and guards belong to a thread.
            while (await Task.Run(() => Next(session, clock, cancellationToken), cancellationToken)
                .ConfigureAwait(false) is { } codes)
            {
                keeper?.Add(index, codes);
                yield return new(index++, codes[0], codes[1], codes[2]);
            }
            keeper?.Finish();
        }
        finally
        {
            keeper?.TrySave();
        }
        LogFinished(index, session.StepsDone, clock.Total.TotalSeconds);
    }

    /// <summary>The frames of a song that is written already.</summary>
    private static async IAsyncEnumerable<TokenFrame> Known(
        int[] codes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        int frames = codes.Length / Streams;
        for (int t = 0; t < frames; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(t, codes[t], codes[frames + t], codes[2 * frames + t]);
        }
    }

    private GenerationSession Start(TokenPlan plan, CheckpointKeeper? keeper)
    {
        keeper?.Begin();
        LeLmConfig config = model.Config;
        ILogitsStepper stepper = model.Start(plan.Conditions, config.PatternOf(plan.Frames).Columns - 1);
        try
        {
            return new(stepper, config, plan.Frames, plan.Options, plan.Seed, plan.Banned, plan.Beginning);
        }
        catch
        {
            stepper.Dispose();
            throw;
        }
    }

    /// <summary>Takes steps until a frame is complete; null at the end of the song.</summary>
    private int[]? Next(GenerationSession session, StageClock clock, CancellationToken cancellationToken)
    {
        var codes = new int[session.Codebooks];
        while (!session.TryTakeFrame(codes))
        {
            if (session.Complete)
                return null;
            cancellationToken.ThrowIfCancellationRequested();
            bool prefill = session.StepsDone == 0;
            if (prefill)
                clock.Begin(SongStage.Prefill, model.Config.PrefixLength);
            session.Advance(clock.Report, cancellationToken);
            if (prefill)
            {
                clock.Report(model.Config.PrefixLength);
                LogPrefilled(model.Config.PrefixLength, clock.Elapsed.TotalSeconds);
                clock.Begin(SongStage.Tokens, session.StepsTotal);
            }
            clock.Report(session.StepsDone);
        }
        return codes;
    }

    private void LogRequest(SongRequest request, TokenPlan plan)
    {
        if (plan.Options.TopK > model.Config.Classes)
            LogTopKClamped(plan.Options.TopK, model.Config.Classes);
        if (request.Lyrics is { } lyrics && request.Part != SongPart.Accompaniment)
        {
            foreach (LyricsFinding finding in model.Check(lyrics))
            {
                LogFinding(finding.Code, finding.Line, finding.Column);
                LogFindingText(finding.Message);
            }
        }
        LogTexts(plan.Conditions.Lyrics, plan.Conditions.Description);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Writing a song of at most {Frames} frames, seed {Seed}.")]
    private partial void LogStarted(int frames, ulong seed);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Read {Positions} positions of conditions in {Seconds:F1} s.")]
    private partial void LogPrefilled(int positions, double seconds);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Wrote {Frames} frames in {Steps} steps and {Seconds:F1} s.")]
    private partial void LogFinished(int frames, int steps, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Top-k {TopK} is clamped to the model's {Classes} classes.")]
    private partial void LogTopKClamped(int topK, int classes);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The lyrics have a finding '{Code}' at line {Line}, column {Column}.")]
    private partial void LogFinding(string code, int line, int column);

    [LoggerMessage(Level = LogLevel.Trace, Message = "The finding in full: {Message}")]
    private partial void LogFindingText(string message);

    [LoggerMessage(Level = LogLevel.Trace,
        Message = "The model reads the lyrics '{Lyrics}' and the description '{Description}'.")]
    private partial void LogTexts(string? lyrics, string? description);
}
