using LeVo.Core.Configuration;

namespace LeVo.Core.Model;

/// <summary>The music codec's files that exist, and one message for each missing one.</summary>
internal sealed record CodecFiles(string? Dual, string? Mixed, string? VaeConfig, string? Vae,
    IReadOnlyList<string> Problems, string? MixedProblem)
{
    /// <summary>Looks for the files named in a configuration, then for those of a release.</summary>
    public static CodecFiles Find(ConfigValue root, FileLookup lookup)
    {
        var problems = new List<string>();
        var mixedProblems = new List<string>();
        string? dual = lookup.Find("the dual-track codec (audio_tokenizer_checkpoint_sep)",
            Codec(root.At("audio_tokenizer_checkpoint_sep"), "ckpt/model_septoken/model_2.safetensors"), problems);
        string? mixed = lookup.Find("the mixed codec (audio_tokenizer_checkpoint)",
            Codec(root.At("audio_tokenizer_checkpoint"), "ckpt/model_1rvq/model_2_fixed.safetensors"), mixedProblems);
        string? vaeConfig = lookup.Find("the VAE's configuration (vae_config)",
            [root.At("vae_config")?.Text ?? "ckpt/vae/stable_audio_1920_vae.json"], problems);
        string? vae = lookup.Find("the VAE (vae_model)",
            [root.At("vae_model")?.Text ?? "ckpt/vae/autoencoder_music_1320k.ckpt"], problems, ".safetensors");
        return new(dual, mixed, vaeConfig, vae, problems, mixedProblems.SingleOrDefault());
    }

    /// <summary>A tokenizer is given as class, underscore, path; an empty string means that there is none.</summary>
    private static IEnumerable<string> Codec(ConfigValue? named, string released)
    {
        const string Pretrained = "//pretrained/";
        if (named is null)
            return [released];
        string path = named.Text[(named.Text.IndexOf('_') + 1)..].Trim();
        if (path.StartsWith(Pretrained, StringComparison.Ordinal))
            path = path[Pretrained.Length..];
        return path.Length == 0 ? [] : [path, released];
    }
}
