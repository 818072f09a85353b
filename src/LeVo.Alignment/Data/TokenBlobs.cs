using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Data;

/// <summary>Songs' tokens as files named by their content: a song that is in many pairs is stored once.</summary>
internal sealed class TokenBlobs(string folder)
{
    /// <summary>Names the content: equal for equal codes and frame rate.</summary>
    public static string ComputeId(SongTokens tokens)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(tokens.FrameRate));
        hash.AppendData(MemoryMarshal.AsBytes(tokens.Codes));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    /// <summary>Stores tokens unless they are there; returns their id.</summary>
    public string Put(SongTokens tokens)
    {
        string id = ComputeId(tokens), path = PathOf(id);
        if (!File.Exists(path))
            tokens.Save(path);
        return id;
    }

    /// <exception cref="InvalidDataException">The file is missing, broken or holds other tokens than its name
    /// says.</exception>
    public SongTokens Get(string id)
    {
        if (id.Length != 32 || !id.All(char.IsAsciiHexDigitLower))
            throw new InvalidDataException($"'{id}' names no tokens.");
        string path = PathOf(id);
        if (!File.Exists(path))
            throw new InvalidDataException($"the tokens '{path}' are missing.");
        SongTokens tokens = SongTokens.Load(path);
        return ComputeId(tokens) == id
            ? tokens
            : throw new InvalidDataException($"'{path}' holds other tokens than its name says.");
    }

    private string PathOf(string id) => Path.Combine(folder, id[..2], id + ".safetensors");
}
