using System.Text.Json;
using LeVo.Core.Checkpoints;
using LeVo.Core.IO;
using LeVo.Core.Model;
using LeVo.Core.Text;

namespace LeVo.Core;

/// <content>A folder of GGUF files becomes a model folder of safetensors files.</content>
public static partial class ModelConverter
{
    private const string TemporaryExtension = ".tmp";

    /// <summary>
    /// Writes a model folder with everything that a folder of GGUF files holds: <c>config.yaml</c>, the tokenizer, and the
    /// weights of the language model, the flow decoder and the autoencoder as safetensors files. It loads wherever it is moved.
    /// Parts that the GGUF files lack and that were found elsewhere, such as a release's codec, are included.
    /// </summary>
    /// <param name="source">A folder of GGUF files, or its file with the language model.</param>
    /// <param name="folder">The new folder; must not exist or be empty. It appears when all of it is written.</param>
    /// <param name="precision"><see cref="ModelPrecision.Float32"/>, <see cref="ModelPrecision.BFloat16"/> or
    /// <see cref="ModelPrecision.Float16"/>: the type of matrices and convolutions.</param>
    /// <param name="progress">Receives the part that is done, 0 to 1, or null.</param>
    /// <param name="cancellationToken">Stops the conversion; nothing is written then.</param>
    /// <exception cref="ArgumentException">The precision is another one, or the source has no GGUF files.</exception>
    /// <exception cref="ModelLoadException">Parts are missing or invalid; the message lists all of them.</exception>
    /// <exception cref="InvalidDataException">A file is invalid, or a value is too large for the type.</exception>
    /// <exception cref="IOException">The folder is not empty, or a file can't be read or written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void ToFolder(string source, string folder, ModelPrecision precision,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ModelFolder model = ModelFolder.Open(source);
        if (!GgufHeader.Is(model.LeLmFile))
            throw new ArgumentException($"'{source}' is a model folder already: its language model is '{model.LeLmFile}'.", nameof(source));
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new IOException($"The folder '{folder}' is not empty.");
        string temporary = folder + TemporaryExtension;
        if (Path.Exists(temporary))
            throw new IOException($"'{temporary}', in which the folder is made, exists already.");
        try
        {
            WriteParts(model, temporary, precision, progress, cancellationToken);
            if (Directory.Exists(folder))
                Directory.Delete(folder);
            Directory.Move(temporary, folder);
        }
        catch
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    private static void WriteParts(ModelFolder model, string folder, ModelPrecision precision,
        IProgress<double>? progress, CancellationToken cancellationToken)
    {
        (string Key, string Prefix, string? From, string To)[] parts =
        [
            ("", "", model.LeLmFile, "model.safetensors"),
            ("audio_tokenizer_checkpoint_sep", "Flow1dVAESeparate_", model.DualCodecFile, "codec/dual.safetensors"),
            ("audio_tokenizer_checkpoint", "Flow1dVAE1rvq_", model.MixedCodecFile, "codec/mixed.safetensors"),
            ("vae_model", "", model.VaeFile, "vae/vae.safetensors"),
        ];
        parts = [.. parts.Where(part => part.From is not null)];
        long total = parts.Sum(part => new FileInfo(part.From!).Length), done = 0;
        foreach ((_, _, string? from, string to) in parts)
        {
            long size = new FileInfo(from!).Length, before = done;
            var reports = progress is null ? null : new Scaled(progress, (double)before / total, (double)size / total);
            ToSafetensors(from!, Path.Combine(folder, to), precision, reports, cancellationToken);
            done += size;
        }
        var files = parts.Where(part => part.Key != "").ToDictionary(part => part.Key, part => part.Prefix + part.To);
        if (model.VaeConfigFile is { } config)
            files.Add("vae_config", GgufHeader.Is(config) ? files["vae_model"] : Copy(config, folder, "vae/vae.json"));
        WriteTokenizer(model.TokenizerFolder, Path.Combine(folder, ModelConfigWriter.Tokenizer));
        WriteText(Path.Combine(folder, ModelFolderReader.ConfigName), ModelConfigWriter.Write(model.Config, model.Levo, files));
    }

    /// <summary>Writes the files of a tokenizer, which is a folder or in a GGUF file.</summary>
    private static void WriteTokenizer(string source, string folder)
    {
        if (Directory.Exists(source))
        {
            foreach (string name in ModelFolderReader.TokenizerNames.Where(name => File.Exists(Path.Combine(source, name))))
                Copy(Path.Combine(source, name), folder, name);
            return;
        }
        (IReadOnlyList<string> tokens, IReadOnlyList<string> merges, string? config) = GgufVocabulary.ReadLists(source);
        Directory.CreateDirectory(folder);
        using (FileStream file = File.Create(Path.Combine(folder, "vocab.json")))
        using (var vocabulary = new Utf8JsonWriter(file))
        {
            vocabulary.WriteStartObject();
            foreach ((int id, string token) in tokens.Index())
                vocabulary.WriteNumber(token, id);
            vocabulary.WriteEndObject();
        }
        WriteText(Path.Combine(folder, "merges.txt"), string.Concat(merges.Select(merge => merge + "\n")));
        if (config is not null)
            WriteText(Path.Combine(folder, "tokenizer_config.json"), config);
    }

    private static string Copy(string from, string folder, string name)
    {
        string to = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
        return name;
    }

    private static void WriteText(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Reports a part of the work as part of the whole.</summary>
    private sealed class Scaled(IProgress<double> whole, double start, double size) : IProgress<double>
    {
        public void Report(double value) => whole.Report(start + value * size);
    }
}
