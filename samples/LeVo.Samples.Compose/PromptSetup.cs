using LeVo.Samples.Shared;

namespace LeVo.Samples.Compose;

/// <summary>Where audio prompts come from.</summary>
internal sealed record PromptSetup
{
    public const string Usage = """
          --prompt FILE       a recording whose style the song takes on: WAV, FLAC, MP3 or Ogg Vorbis, of which the beginning is
                              used; records of --input have prompt_audio_path
          --prompt-vocal FILE --prompt-bgm FILE
                              its voice, and everything else, so that no separator is needed: the voice with --prompt or with
                              --prompt-bgm; in records prompt_vocal_path and prompt_bgm_path
          --prompt-genre NAME a ready-made prompt of a genre; in records auto_prompt_audio_type
          --auto-prompts FILE the ready-made prompts (default: new_auto_prompt.pt or prompt.pt of the release, or
                              auto_prompts.safetensors, where the model's files are looked up)
          --separator FILE    the weights of HTDemucs, which takes a recording apart (default: the release's
                              third_party/demucs/ckpt/htdemucs.pth, where the model's files are looked up)
          --no-prompt-cache   reads prompts anew; otherwise their codes are kept in the user's folder LeVo/prompts
        """;

    /// <summary>The options with a value.</summary>
    public static readonly string[] Options =
        ["--prompt", "--prompt-vocal", "--prompt-bgm", "--prompt-genre", "--auto-prompts", "--separator"];

    /// <summary>The options without a value.</summary>
    public static readonly string[] Flags = ["--no-prompt-cache"];

    /// <summary>The prompt of the one song of the command line, or null.</summary>
    public AudioPrompt? Song { get; private init; }

    /// <summary>The file of ready-made prompts, or null to look for one.</summary>
    public string? AutoPrompts { get; private init; }

    /// <summary>The file of the separator, or null to look for one.</summary>
    public string? Separator { get; private init; }

    /// <summary>Whether the codes of prompts are kept.</summary>
    public bool IsCached { get; private init; } = true;

    /// <summary>Reads the options.</summary>
    public static PromptSetup Parse(ProgramArguments line)
    {
        foreach (string option in (string[])["--auto-prompts", "--separator"])
        {
            if (line.Text(option) is { Length: > 0 } path && !File.Exists(path))
                line.Problems.Add($"{option}: there is no file '{path}'.");
        }
        if (line.Has("--input") && Options[..4].Where(line.Has).ToArray() is { Length: > 0 } given)
            line.Problems.Add($"{string.Join(", ", given)}: for one song; in a file every song has its own.");
        var values = new AudioPrompt(
            line.Text("--prompt"), line.Text("--prompt-vocal"), line.Text("--prompt-bgm"), line.Text("--prompt-genre"));
        return new()
        {
            Song = AudioPrompt.Find(values, AudioPrompt.Options, null, line.Problems),
            AutoPrompts = line.Text("--auto-prompts") is { Length: > 0 } file ? Path.GetFullPath(file) : null,
            Separator = line.Text("--separator"),
            IsCached = !line.Has("--no-prompt-cache"),
        };
    }
}
