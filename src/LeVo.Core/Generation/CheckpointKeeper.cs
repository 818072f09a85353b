using Microsoft.Extensions.Logging;

namespace LeVo.Core.Generation;

/// <summary>
/// Keeps one song's frames on disk while it is written, and finds those of an earlier run. For one song; not thread-safe.
/// </summary>
internal sealed partial class CheckpointKeeper
{
    private readonly string path;
    private readonly SongCheckpoint.KeyPart key;
    private readonly TimeProvider clock;
    private readonly TimeSpan interval;
    private readonly ILogger logger;
    private readonly List<int>[] rows;
    private long saved;
    private int savedFrames;
    private bool warned;

    /// <summary>Looks for frames of the same song. What is no checkpoint, or another song's, is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">The song.</param>
    /// <param name="model">The model.</param>
    /// <param name="clock">Tells when to save.</param>
    /// <param name="interval">Time between two saves.</param>
    /// <param name="logger">Hears what was found.</param>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    public CheckpointKeeper(
        string path, TokenPlan plan, ModelInfo model, TimeProvider clock, TimeSpan interval, ILogger logger)
    {
        (this.path, this.clock, this.interval, this.logger) = (path, clock, interval, logger);
        key = SongCheckpoint.KeyPart.Of(plan, model);
        SongCheckpoint? found = Find();
        if (found is not null && found.Key != key)
        {
            LogAnother(path);
            found = null;
        }
        int given = plan.Beginning.Length / 3;
        rows = found is not null && found.Tokens[0].Length >= given
            ? [.. found.Tokens.Select(row => row.ToList())]
            : [.. Enumerable.Range(0, 3).Select(q => plan.Beginning[(q * given)..((q + 1) * given)].ToList())];
        IsFinished = found?.Finished ?? false;
        if (found is not null)
            LogContinues(path, Frames, plan.Frames);
        savedFrames = found is null ? -1 : Frames;
        saved = clock.GetTimestamp();
    }

    /// <summary>Whether all frames are there.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Frames so far.</summary>
    public int Frames => rows[0].Count;

    /// <summary>Codes <c>[3, frames]</c> so far.</summary>
    public int[] Codes => [.. rows.SelectMany(row => row)];

    /// <summary>Makes sure, before the long work begins, that the file can be written.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Begin()
    {
        if (savedFrames < 0)
            Save();
    }

    /// <summary>Notes a frame; those that are known already are left alone. Saves now and then.</summary>
    public void Add(int index, ReadOnlySpan<int> codes)
    {
        if (index < Frames)
            return;
        for (int q = 0; q < rows.Length; q++)
            rows[q].Add(codes[q]);
        if (clock.GetElapsedTime(saved) >= interval)
            TrySave();
    }

    /// <summary>Notes that the song is complete.</summary>
    public void Finish() => IsFinished = true;

    /// <summary>Saves what is not saved yet. A file that can no longer be written costs the checkpoint, not the
    /// song.</summary>
    public void TrySave()
    {
        if (savedFrames == Frames && !IsFinished)
            return;
        try
        {
            Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            saved = clock.GetTimestamp();
            if (!warned)
                LogNotSaved(path, e.Message);
            warned = true;
        }
    }

    private void Save()
    {
        new SongCheckpoint { Key = key, Finished = IsFinished, Tokens = [.. rows.Select(row => row.ToArray())] }.Save(path);
        (saved, savedFrames) = (clock.GetTimestamp(), Frames);
    }

    private SongCheckpoint? Find()
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return SongCheckpoint.Load(path);
        }
        catch (InvalidDataException e)
        {
            LogBroken(e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The song goes on from '{Path}': {Frames} of at most {Total} frames.")]
    private partial void LogContinues(string path, int frames, int total);

    [LoggerMessage(Level = LogLevel.Information, Message = "'{Path}' belongs to another song and is replaced.")]
    private partial void LogAnother(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem} The song begins anew.")]
    private partial void LogBroken(string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The checkpoint '{Path}' can't be written ({Problem}); the song goes on.")]
    private partial void LogNotSaved(string path, string problem);
}
