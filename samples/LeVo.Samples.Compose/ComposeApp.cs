using System.Globalization;
using System.Runtime.InteropServices;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Runtime;

namespace LeVo.Samples.Compose;

/// <summary>The program: reads and checks all input, then loads the model, then makes the songs.</summary>
/// <param name="terminal">Receives all output.</param>
/// <param name="load">Loads the model folder of the arguments.</param>
internal sealed class ComposeApp(Terminal terminal, Func<string, Arguments, LoadedModel>? load = null)
{
    private const int Done = 0, Failed = 1, WrongInput = 2;

    private readonly Func<string, Arguments, LoadedModel> load =
        load ?? ((path, arguments) => LoadedModel.Load(path, arguments, terminal));

    /// <summary>Runs the program; the result is its exit code.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; finished songs are saved.</exception>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellation = default)
    {
        var problems = new List<string>();
        Arguments arguments = Arguments.Parse(args, problems);
        if (arguments.Help)
        {
            terminal.WriteResult(Arguments.Usage);
            return Done;
        }
        if (problems.Count > 0)
            return Refuse(problems);
        if (arguments.Setup.Check)
            return CheckModel(arguments, problems);
        IReadOnlyList<PlannedSong> songs = Plan(arguments, problems);
        OutputFolder output = OutputOf(arguments, problems);
        string? model = ModelOf(arguments, problems);
        if (problems.Count > 0)
            return Refuse(problems);
        try
        {
            output.Create();
            terminal.Show($"loading {model}");
            using LoadedModel loaded =
                await Task.Run(() => load(model!, arguments), cancellation).WaitAsync(cancellation);
            CheckWithModel(songs, arguments, loaded, problems);
            if (problems.Count > 0)
                return Refuse(problems);
            await MakeAsync(songs, arguments, loaded, output, cancellation);
            return Done;
        }
        catch (Exception e) when (e is ModelLoadException or LeVoRuntimeException or IOException
            or UnauthorizedAccessException or NotSupportedException or ExternalException)
        {
            terminal.WriteMessage($"error: {e.Message}");
            return Failed;
        }
        finally
        {
            terminal.Clear();
        }
    }

    private async Task MakeAsync(IReadOnlyList<PlannedSong> songs, Arguments arguments, LoadedModel model,
        OutputFolder output, CancellationToken cancellation)
    {
        IReadOnlyList<SongFile> files = arguments.Type.Files();
        UnfinishedRun run = output.Begin(arguments, songs, model.Hash);
        for (int i = 0; i < songs.Count; i++)
        {
            (InputSong input, SongRequest request) = songs[i];
            string title = songs.Count == 1 ? input.Index : $"[{i + 1}/{songs.Count}] {input.Index}";
            if (run.IsFinished(input) && files.All(file => File.Exists(output.PathOf(input, file))))
            {
                output.Add(input, files);
                terminal.WriteMessage($"{title}: finished before");
                continue;
            }
            Song song;
            try
            {
                song = await model.Generator.GenerateAsync(request with { ProgressPath = run.ProgressPathOf(input) },
                    new ProgressLine(terminal, title), cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                terminal.WriteMessage(
                    $"interrupted; {i} of {songs.Count} songs are finished; the same command resumes");
                throw;
            }
            // A song that is made is also saved, interrupted or not.
            await song.SaveAsync(output.PathOf(input, files[0]), CancellationToken.None);
            output.Add(input, files);
            run.Finish(input);
            if (song.Tokens.Frames == 0)
                Warn([$"{title}: the model ended the song at once; another --seed may do better"]);
            foreach (SongFile file in files)
                terminal.WriteResult(output.PathOf(input, file));
            terminal.WriteMessage(string.Create(CultureInfo.InvariantCulture, $"{title}: "
                + $"{song.Audio.Duration.TotalSeconds:0.0} s; tokens took {song.TokenTime.TotalSeconds:0.0} s, "
                + $"sound {song.AudioTime.TotalSeconds:0.0} s"));
        }
        run.End();
    }

    private List<PlannedSong> Plan(Arguments arguments, List<string> problems)
    {
        var warnings = new List<string>();
        IReadOnlyList<InputSong> inputs = arguments.Input is { } file
            ? InputFile.Read(file, arguments.Type, problems)
            : [InputSong.FromCommandLine(arguments.Lyrics, arguments.Description)];
        List<PlannedSong> songs =
            [.. inputs.Select(song => PlannedSong.Plan(song, arguments, warnings, problems)).OfType<PlannedSong>()];
        Warn(warnings);
        return songs;
    }

    /// <summary>Checks what depends on the model: the lengths of songs and lyrics.</summary>
    private void CheckWithModel(
        IReadOnlyList<PlannedSong> songs, Arguments arguments, LoadedModel model, List<string> problems)
    {
        if (arguments.Duration > model.MaxDuration)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"--duration: this model's songs last {model.MaxDuration.TotalSeconds} s at most."));
        }
        IEnumerable<string> findings = songs.SelectMany(song => song.Check(model.Check));
        if (arguments.Strict)
            problems.AddRange(findings);
        else
            Warn(findings);
    }

    private int CheckModel(Arguments arguments, List<string> problems) =>
        ModelOf(arguments, problems) is not { } model || problems.Count > 0 ? Refuse(problems)
        : ModelSetup.TryCheck(model, arguments, terminal) ? Done : Failed;

    private static string? ModelOf(Arguments arguments, List<string> problems)
    {
        string? model = arguments.Model ?? DemoModel.Find(Directory.GetCurrentDirectory(), AppContext.BaseDirectory);
        if (model is null)
            problems.Add("There is no models/levo-demo here or in a folder above; name a model folder with --model.");
        else if (!Path.Exists(model))
            problems.Add($"--model: there is no folder '{model}'.");
        return model;
    }

    private static OutputFolder OutputOf(Arguments arguments, List<string> problems)
    {
        string name = arguments.Input is { } file ? Path.GetFileNameWithoutExtension(file) : InputSong.OnlyIndex;
        var output = new OutputFolder(arguments.Output, name, arguments.Format);
        if (arguments.Input is not null && Path.GetFullPath(arguments.Input) == Path.GetFullPath(output.RecordsPath))
            problems.Add($"--input is the file that is written, '{output.RecordsPath}'; choose another --output.");
        return output;
    }

    private int Refuse(List<string> problems)
    {
        foreach (string problem in problems)
            terminal.WriteMessage($"error: {problem}");
        return WrongInput;
    }

    private void Warn(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings)
            terminal.WriteMessage($"warning: {warning}");
    }
}
