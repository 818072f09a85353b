using LeVo.Core.Tokens;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Generation;

/// <summary>
/// Saves one song's ids while it is generated, and finds those of an earlier run. For one song; not thread-safe.
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
    private readonly bool found;
    private GenerationSession? session;
    private long saved;
    private bool warned;

    /// <summary>Looks for the ids of the same song. A file of something else, or of another song, is replaced.</summary>
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
        (key, frameRate) = (SongProgress.KeyPart.Create(plan, model), model.FrameRate);
        Beginning = plan.Beginning.ToRows();
        saved = clock.GetTimestamp();
        if (Find() is not { } progress)
            return;
        if (progress.Key != key)
        {
            LogAnother(path);
            return;
        }
        found = true;
        if (progress.Tokens.Min(row => row.Length) >= plan.Beginning.Frames)
            Beginning = progress.Tokens;
        IsFinished = progress.Finished;
        LogResumes(path, Beginning[0].Length, plan.Frames);
    }

    /// <summary>Whether all frames are there.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The known ids, from which the song continues: a row for each codebook.</summary>
    public IReadOnlyList<int[]> Beginning { get; }

    /// <summary>The finished song that was found.</summary>
    public SongTokens Song => SongTokens.FromRows(Beginning[0], Beginning[1], Beginning[2], frameRate);

    /// <summary>Makes sure, before the long work starts, that the file can be written.</summary>
    /// <param name="song">The song, which is saved from now on.</param>
    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Begin(GenerationSession song)
    {
        session = song;
        if (found)
            return;
        Write();
        DeleteWindows();
    }

    /// <summary>The folder of the song's decoded windows.</summary>
    /// <param name="path">The progress file.</param>
    public static string WindowFolder(string path) => path + ".sound";

    /// <summary>Adds a frame of the result.</summary>
    public void Add(TokenFrame frame) => frames.Add(frame);

    /// <summary>Marks the song as complete.</summary>
    public void Finish() => IsFinished = true;

    /// <summary>Saves what was generated if the last save was long enough ago.</summary>
    public void SaveIfDue()
    {
        if (clock.GetElapsedTime(saved) >= interval)
            Save();
    }

    /// <summary>Saves what was generated. If the file can no longer be written, the song continues without it.</summary>
    public void Save()
    {
        try
        {
            Write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            saved = clock.GetTimestamp();
            if (!warned)
                LogNotSaved(path, e.Message);
            warned = true;
        }
    }

    private void Write()
    {
        int[][] rows = IsFinished ? SongTokens.FromFrames(frames, frameRate).ToRows() : session!.Rows;
        new SongProgress { Key = key, Finished = IsFinished, Tokens = rows }.Save(path);
        saved = clock.GetTimestamp();
    }

    /// <summary>Deletes windows of another song. They can stay: no song takes those of another.</summary>
    private void DeleteWindows()
    {
        string folder = WindowFolder(path);
        if (!Directory.Exists(folder))
            return;
        try
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*.safetensors"))
                File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotSaved(folder, e.Message);
        }
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

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The song resumes from '{Path}': the mixed codes of {Frames} of at most {Total} frames are there.")]
    private partial void LogResumes(string path, int frames, int total);

    [LoggerMessage(Level = LogLevel.Information, Message = "'{Path}' belongs to another song and is replaced.")]
    private partial void LogAnother(string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem} The song starts from the beginning.")]
    private partial void LogBroken(string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The progress file '{Path}' can't be written ({Problem}); the song continues without it.")]
    private partial void LogNotSaved(string path, string problem);
}
