namespace LeVo.Experiments.TrainDemo;

/// <summary>Paths of a run: its checkpoints, and the finished parts of the model.</summary>
internal sealed record DemoFolders(string Work, string Model)
{
    public string Run(string stage) => Path.Combine(Work, "runs", stage);

    public string VaeConfig => Path.Combine(Model, "vae", "vae.json");

    public string Vae => Path.Combine(Model, "vae", "vae.safetensors");

    public string MixedCodec => Path.Combine(Model, "codec", "mixed.safetensors");

    public string DualCodec => Path.Combine(Model, "codec", "dual.safetensors");

    /// <summary>The model folder with the distilled flow decoder.</summary>
    public string Distilled => Path.Combine(Work, "distilled");

    public string MixedEncoder => Path.Combine(Work, "mixed-encoder.safetensors");

    public string DualEncoder => Path.Combine(Work, "dual-encoder.safetensors");

    public string MixedStage => Path.Combine(Work, "lelm-mixed.safetensors");

    /// <summary>LeLM at the start of its training with prompts, after its first stage, and after its second.</summary>
    public string PromptsStart => Path.Combine(Work, "lelm-prompts-start.safetensors");

    public string PromptsMixedStage => Path.Combine(Work, "lelm-prompts-mixed.safetensors");

    public string PromptsStage => Path.Combine(Work, "lelm-prompts.safetensors");

    public string LanguageModel => Path.Combine(Model, "model.safetensors");

    public string Config => Path.Combine(Model, "config.yaml");

    public string Tokenizer => Path.Combine(Model, "tokenizer");

    public string Recogniser => Path.Combine(Work, "recognisers.safetensors");

    /// <summary>The recognisers of this run, or those that the repository ships.</summary>
    public string FinishedRecogniser => File.Exists(Recogniser)
        ? Recogniser
        : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Model))!, "stages", "recognisers.safetensors");

    public string Shards => Path.Combine(Work, "shards");
}
