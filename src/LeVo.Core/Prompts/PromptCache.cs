using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using LeVo.Core.Audio;
using LeVo.Core.Checkpoints;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;

namespace LeVo.Core.Prompts;

/// <summary>Keeps codes of prompts in a folder, a file each. A file that can't be read or written is as if it were not
/// there. Thread-safe.</summary>
internal sealed class PromptCache(string folder)
{
    /// <summary>The most files; the oldest are removed.</summary>
    public const int MostFiles = 256;

    private const string Hash = "sha256", Extension = ".prompt.safetensors";
    private const long MostBytes = 1 << 20;

    /// <summary>What the codes depend on: the model, the samples, and the rules of this version.</summary>
    public static string KeyOf(ModelInfo model, Waveform mix, StemPair stems)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"levo prompt 1\0{model.Hash}\0{model.PromptDuration.Ticks}\0{mix.SampleRate}\0{mix.Length}\0")));
        foreach (float[] channel in (IEnumerable<float[]>)
            [.. mix.Channels, .. stems.Vocal.Channels, .. stems.Accompaniment.Channels])
            hash.AppendData(MemoryMarshal.AsBytes(channel.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The codes of a prompt, or null.</summary>
    public SongTokens? Find(string key)
    {
        string path = PathOf(key);
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > MostBytes)
                return null;
            using Checkpoint file = Checkpoint.Open(path);
            SongTokens codes = SongTokensFile.Read(file);
            return file.Metadata.GetValueOrDefault(Hash) == CodesHash.Of(codes) ? codes : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Keeps the codes of a prompt.</summary>
    public void Keep(string key, SongTokens codes)
    {
        try
        {
            SongTokensFile.Write(PathOf(key), codes, KeyValuePair.Create(Hash, CodesHash.Of(codes)));
            foreach (FileInfo old in new DirectoryInfo(folder).GetFiles("*" + Extension)
                .OrderByDescending(file => file.LastWriteTimeUtc).Skip(MostFiles))
                old.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run encodes the prompt again.
        }
    }

    private string PathOf(string key) => Path.Combine(folder, key + Extension);
}
