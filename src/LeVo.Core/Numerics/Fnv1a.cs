using System.Text;

namespace LeVo.Core.Numerics;

/// <summary>The 64-bit FNV-1a hash; derives a stable seed from a name.</summary>
internal static class Fnv1a
{
    public static ulong Hash(string text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 0x100000001B3;
        return hash;
    }
}
