namespace LeVo.Experiments.Align;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        Aligns a model of miniature songs: samples, scores, pairs up, trains each strategy, blends, compares.
        The same command continues where it was stopped.
          --model DIR         the model folder (models/levo-demo)
          --recognisers FILE  the scorers' nets (models/stages/recognisers.safetensors)
          --work DIR          samples, runs, results (align)
          --output DIR        writes the blend as a model folder
          --lyrics N          lyrics to sample for (8)
          --samples N         samples of each (3)
          --held-out N        lyrics to compare on (8)
          --steps N           updates of each strategy (20)
          --threads N         (1)
        Or: memory MODEL float32|bfloat16|lora|kept SONGS FRAMES, the memory that training takes.
        """;

    public string Model { get; private set; } = "models/levo-demo";

    public string Recognisers { get; private set; } = "models/stages/recognisers.safetensors";

    public string Work { get; private set; } = "align";

    public string? Output { get; private set; }

    public int Lyrics { get; private set; } = 8;

    public int Samples { get; private set; } = 3;

    public int HeldOut { get; private set; } = 8;

    public int Steps { get; private set; } = 20;

    public int Threads { get; private set; } = 1;

    /// <summary>Reads the arguments; returns what is wrong with them, or null.</summary>
    public static string? Parse(string[] args, out Arguments parsed)
    {
        parsed = new();
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length)
                return $"'{args[i]}' needs a value.";
            string value = args[i + 1];
            int number = 0;
            if (args[i] is "--lyrics" or "--samples" or "--held-out" or "--steps" or "--threads"
                && !(int.TryParse(value, out number) && number > 0))
            {
                return $"'{args[i]} {value}': a positive number is needed.";
            }
            switch (args[i])
            {
                case "--model": parsed.Model = value; break;
                case "--recognisers": parsed.Recognisers = value; break;
                case "--work": parsed.Work = value; break;
                case "--output": parsed.Output = value; break;
                case "--lyrics": parsed.Lyrics = number; break;
                case "--samples": parsed.Samples = number; break;
                case "--held-out": parsed.HeldOut = number; break;
                case "--steps": parsed.Steps = number; break;
                case "--threads": parsed.Threads = number; break;
                default: return $"'{args[i]}' is not understood.";
            }
        }
        return parsed.Samples < 2 ? "Two samples make a pair; --samples must be at least 2." : null;
    }
}
