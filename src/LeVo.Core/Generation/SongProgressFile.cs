using LeVo.Core.Tokens;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Generation;

/// <summary>
/// Saves one song's frames while it is generated, and finds those of an earlier run. For one song; not thread-safe.
/// </summary>
internal sealed partial class SongProgressFile
{
    private readonly string path;
    private readonly SongProgress.KeyPart key;
    private readonly TimeProvider clock;
    private readonly TimeSpan interval;
    private readonly ILogger logger;
    private readonly List<TokenFrame> frames = [];
    private readonly int frameRate;
    private long saved;
    private int savedFrames;
    private bool warned;

    /// <summary>Looks for frames of the same song. A file of something else, or of another song, is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">The song.</param>
    /// <param name="model">The model.</param>
    /// <param name="clock">Decides when to save.</param>
    /// <param name="interval">Time between two saves.</param>
    /// <param name="logger">Receives what was found.</param>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    public SongProgressFile(
        string path, TokenPlan plan, ModelInfo model, TimeProvider clock, TimeSpan interval, ILogger logger)
    {
        (this.path, this.clock, this.interval, this.logger) = (path, clock, interval, logger);
        key = SongProgress.KeyPart.Create(plan, model);
        SongProgress? found = Find();
        if (found is not null && found.Key != key)
        {
            LogAnother(path);
            found = null;
        }
        frameRate = model.FrameRate;
        SongTokens known = found is not null && found.Song.Frames >= plan.Beginning.Frames ? found.Song : plan.Beginning;
        for (int t = 0; t < known.Frames; t++)
            frames.Add(known[t]);
        IsFinished = found?.Finished ?? false;
        if (found is not null)
            LogResumes(path, Frames, plan.Frames);
        savedFrames = found is null ? -1 : Frames;
        saved = clock.GetTimestamp();
    }

    /// <summary>Whether all frames are there.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Frames so far.</summary>
    public int Frames => frames.Count;

    /// <summary>The song so far.</summary>
    public SongTokens Song => SongTokens.FromFrames(frames, frameRate);

    /// <summary>Makes sure, before the long work starts, that the file can be written.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Begin()
    {
        if (savedFrames < 0)
            Save();
    }

    /// <summary>Adds a frame; those that are known already are ignored. Saves when it is time.</summary>
    public void Add(TokenFrame frame)
    {
        if (frame.Index < Frames)
            return;
        frames.Add(frame);
        if (clock.GetElapsedTime(saved) >= interval)
            TrySave();
    }

    /// <summary>Marks the song as complete.</summary>
    public void Finish() => IsFinished = true;

    /// <summary>Saves what is not saved yet. If the file can no longer be written, the song
    /// continues without it.</summary>
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
        new SongProgress { Key = key, Finished = IsFinished, Tokens = Rows() }.Save(path);
        (saved, savedFrames) = (clock.GetTimestamp(), Frames);
    }

    private int[][] Rows()
    {
        SongTokens song = Song;
        return [.. Enum.GetValues<SongPart>().Select(part => song.Row(part).ToArray())];
    }

    private SongProgress? Find()
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return SongProgress.Load(path);
        }
        catch (InvalidDataException e)
        {
            LogBroken(e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The song resumes from '{Path}': {Frames} of at most {Total} frames.")]
    private partial void LogResumes(string path, int frames, int total);

    [LoggerMessage(Level = LogLevel.Information, Message = "'{Path}' belongs to another song and is replaced.")]
    private partial void LogAnother(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem} The song starts from the beginning.")]
    private partial void LogBroken(string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The progress file '{Path}' can't be written ({Problem}); the song continues without it.")]
    private partial void LogNotSaved(string path, string problem);
}
