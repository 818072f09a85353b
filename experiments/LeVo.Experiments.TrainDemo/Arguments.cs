using System.Globalization;
using LeVo.Core;

namespace LeVo.Experiments.TrainDemo;

/// <summary>The command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        Usage: LeVo.Experiments.TrainDemo STAGE [--work DIR] [--model DIR] [--steps N] [--threads N] [--seed N] [--songs N] [--start FILE] [--rate X]
               [--backend torch|cpu] [--precision float32|bfloat16|float16|int8|int4]
        Stages, in order: recogniser, vae, encoder, shards, flow, mixed, tracks, folder, evaluate
        After them: phones, the phone error of composed voices alone
        """;

    private static readonly string[] Stages = ["recogniser", "vae", "encoder", "shards", "flow", "mixed", "tracks", "folder", "evaluate", "phones"];

    public string Stage { get; private set; } = "";

    public string Work { get; private set; } = Path.Combine(Path.GetTempPath(), "levo-demo");

    public string Model { get; private set; } = Path.Combine("models", "levo-demo");

    /// <summary>Weights that the stage "mixed" goes on from, in place of random ones.</summary>
    public string? Start { get; private set; }

    /// <summary>Peak learning rate, where not the stage's own.</summary>
    public double? Rate { get; private set; }

    /// <summary>What computes the composed songs' tokens in "evaluate" and "phones".</summary>
    public ModelBackend Backend { get; private set; }

    /// <summary>Type of the language model's weights there; null for the backend's own.</summary>
    public ModelPrecision? Precision { get; private set; }

    public int? Steps { get; private set; }

    public int Threads { get; private set; } = Environment.ProcessorCount;

    public int Seed { get; private set; } = 1;

    public int Songs { get; private set; } = 4000;

    /// <summary>Reads the arguments; returns what is wrong with them, or null.</summary>
    public static string? Parse(string[] args, out Arguments arguments)
    {
        arguments = new Arguments();
        if (args.Length == 0 || !Stages.Contains(args[0]))
            return args.Length == 0 ? "No stage given." : $"'{args[0]}' is not a stage.";
        arguments.Stage = args[0];
        for (int i = 1; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length)
                return $"'{args[i]}' lacks its value.";
            if (arguments.Set(args[i], args[i + 1]) is string problem)
                return problem;
        }
        return null;
    }

    private string? Set(string name, string value)
    {
        switch (name)
        {
            case "--work": Work = value; return null;
            case "--model": Model = value; return null;
            case "--start": Start = value; return null;
            case "--backend" when Enum.TryParse(value, ignoreCase: true, out ModelBackend backend): Backend = backend; return null;
            case "--backend": return $"--backend is torch or cpu, not '{value}'.";
            case "--precision" when Enum.TryParse(value, ignoreCase: true, out ModelPrecision precision): Precision = precision; return null;
            case "--precision": return $"--precision is float32, bfloat16, float16, int8 or int4, not '{value}'.";
            case "--rate" when double.TryParse(value, CultureInfo.InvariantCulture, out double rate) && rate > 0: Rate = rate; return null;
            case "--rate": return $"--rate takes a positive number, not '{value}'.";
        }
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1)
            return $"{name} takes a whole number from 1, not '{value}'.";
        switch (name)
        {
            case "--steps": Steps = number; return null;
            case "--threads": Threads = number; return null;
            case "--seed": Seed = number; return null;
            case "--songs": Songs = number; return null;
            default: return $"'{name}' is not an option.";
        }
    }
}
