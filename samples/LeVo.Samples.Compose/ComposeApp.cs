using System.Globalization;
using System.Runtime.InteropServices;
using LeVo.Core.Model;
using LeVo.Core.Runtime;

namespace LeVo.Samples.Compose;

/// <summary>The program: reads and checks all input, then loads the model, then makes the songs.</summary>
/// <param name="terminal">Receives all output.</param>
/// <param name="load">Loads the model folder of the arguments.</param>
internal sealed class ComposeApp(Terminal terminal, Func<string, Arguments, LoadedModel>? load = null)
{
    private const int Done = 0, Failed = 1, WrongInput = 2, SomeMade = 3;

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
        OutputFolder output = OutputOf(arguments, problems);
        string? model = ModelOf(arguments, problems);
        var wrong = new List<string>();
        SongPlan plan = Plan(arguments, model, wrong);
        bool some = arguments is { Input: not null, Strict: false } && plan.Songs.Count > 0;
        if (problems.Count > 0 || (wrong.Count > 0 && !some))
            return Refuse([.. problems, .. wrong]);
        Tell("error", wrong);
        try
        {
            using IDisposable taken = output.Create();
            if (arguments.Songs.Progress == ProgressFormat.Text)
                terminal.Show($"loading {model}");
            using LoadedModel loaded =
                await Task.Run(() => load(model!, arguments), cancellation).WaitAsync(cancellation);
            IReadOnlyList<PlannedSong> songs = CheckWithModel(plan.Songs, arguments, loaded, problems);
            if (problems.Count > 0 && (!some || songs.Count == 0))
                return Refuse(problems);
            Tell("error", problems);
            int failed = await new SongRun(terminal, arguments, loaded, output, songs).MakeAsync(cancellation);
            return Summarize(arguments, songs.Count - failed, plan.Songs.Count + plan.Bad);
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

    private SongPlan Plan(Arguments arguments, string? model, List<string> problems)
    {
        List<string> warnings = [], notes = [];
        SongPlan plan = SongPlan.Read(arguments, model, problems, warnings, notes);
        Tell("note", notes);
        Tell("warning", warnings);
        return plan;
    }

    /// <summary>Checks what depends on the model: the lengths of songs and lyrics. The result are the songs that pass.</summary>
    private List<PlannedSong> CheckWithModel(
        IReadOnlyList<PlannedSong> songs, Arguments arguments, LoadedModel model, List<string> problems)
    {
        if (arguments.Duration > model.MaxDuration)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"--duration: this model's songs last {model.MaxDuration.TotalSeconds} s at most."));
            return [];
        }
        var passed = new List<PlannedSong>();
        foreach (PlannedSong song in songs)
        {
            List<string> errors = [.. song.Errors(model)], findings = [.. song.Check(model.Check)];
            if (arguments.Strict)
                errors.AddRange(findings);
            else
                Tell("warning", findings);
            problems.AddRange(errors);
            if (errors.Count == 0)
                passed.Add(song);
        }
        return passed;
    }

    /// <summary>Tells how many songs of a file were made; the result is the exit code.</summary>
    private int Summarize(Arguments arguments, int made, int all)
    {
        if (arguments.Input is not null)
            terminal.WriteMessage($"{made} of {all} songs made" + (made < all ? "; the errors above tell of the others" : ""));
        return made == all ? Done : made > 0 ? SomeMade : Failed;
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
        string name = arguments.Input switch
        {
            null => InputSong.OnlyIndex,
            "-" => "songs",
            { } file => Path.GetFileNameWithoutExtension(file),
        };
        var output = new OutputFolder(arguments.Output, name, arguments.Format);
        if (arguments.Input is not null && Path.GetFullPath(arguments.Input) == Path.GetFullPath(output.RecordsPath))
            problems.Add($"--input is the file that is written, '{output.RecordsPath}'; choose another --output.");
        return output;
    }

    private int Refuse(List<string> problems)
    {
        Tell("error", problems);
        return WrongInput;
    }

    private void Tell(string kind, IEnumerable<string> messages)
    {
        foreach (string message in messages)
            terminal.WriteMessage($"{kind}: {message}");
    }
}
